import { z } from 'zod'
import { operation } from '../../kernel/operation.ts'
import { pageOf } from '../../kernel/paging.ts'
import { ListPredictions, Prediction, RecordedLabels, RecordLabels } from './model.ts'
import type { Predictions } from './service.ts'

export const predictionOperations = [
  operation({
    name: 'predictions.list',
    http: 'GET /v1/predictions',
    summary: 'List recorded predictions, newest first.',
    input: ListPredictions,
    output: pageOf(Prediction),
    allow: 'predictions:read',
    subject: 'predictions',
    run: (predictions: Predictions, input) => predictions.listPredictions(input),
  }),
  operation({
    name: 'predictions.get',
    http: 'GET /v1/predictions/{id}',
    summary: 'Show one prediction with its inputs, outputs and label.',
    input: z.object({ id: z.string() }),
    output: Prediction,
    errors: ['prediction_not_found', 'prediction_has_rows'],
    allow: 'predictions:read',
    subject: 'prediction:{id}',
    run: (predictions: Predictions, { id }) => predictions.getPrediction(id),
  }),
  operation({
    name: 'labels.record',
    http: 'POST /v1/labels',
    summary: 'Tell what was true: join labels to predictions by id.',
    description: 'The last label of a prediction wins; what it replaced is kept. Unknown ids are answered, not stored.',
    input: RecordLabels,
    output: RecordedLabels,
    allow: 'predictions:write',
    subject: 'predictions',
    run: (predictions: Predictions, { labels }) => predictions.recordLabels(labels),
  }),
]
