import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import type { Scoring } from '../service.ts'
import { Batch, StartBatch } from './model.ts'

const byId = z.object({ id: z.string() })

export const batchOperations = [
  operation({
    name: 'batches.start',
    http: 'POST /v1/batches',
    summary: 'Predict every row of a dataset version; the answers become a dataset version.',
    description: 'Answers at once; `batches.get` tells how far it is. It goes on behind the last part after a restart.',
    input: StartBatch,
    output: Batch,
    errors: ['model_not_servable', 'batch_without_rows', 'dataset_version_not_found'],
    allow: 'predictions:write',
    subject: 'model:{model}',
    cli: {
      args: ['model', 'input', 'output'],
      examples: ['slipway batches start iris@champion flowers@latest flowers-predicted'],
    },
    run: (scoring: Scoring, input) => scoring.startBatch(input),
  }),
  operation({
    name: 'batches.list',
    http: 'GET /v1/batches',
    summary: 'List batches, newest first.',
    input: z.object(pageQuery),
    output: pageOf(Batch),
    allow: 'predictions:read',
    subject: 'batches',
    run: (scoring: Scoring, input) => scoring.listBatches(input),
  }),
  operation({
    name: 'batches.get',
    http: 'GET /v1/batches/{id}',
    summary: 'Show a batch: how far it is and what it made.',
    input: byId,
    output: Batch,
    errors: ['batch_not_found'],
    allow: 'predictions:read',
    subject: 'batch:{id}',
    run: (scoring: Scoring, { id }) => scoring.getBatch(id),
  }),
  operation({
    name: 'batches.cancel',
    http: 'POST /v1/batches/{id}/cancel',
    summary: 'End a batch; nothing is made of what it has done.',
    input: byId,
    output: Batch,
    errors: ['batch_not_found'],
    allow: 'predictions:write',
    subject: 'batch:{id}',
    run: (scoring: Scoring, { id }) => scoring.cancelBatch(id),
  }),
]
