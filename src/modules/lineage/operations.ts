import { z } from 'zod'
import { operation } from '../../kernel/operation.ts'
import { Impact, LineageGraph, Trace } from './model.ts'
import type { Lineage } from './service.ts'
import { renderImpact, renderTrace, renderTree } from './tree.ts'

const id = z
  .string()
  .min(1)
  .max(400)
  .describe('An id, a version such as flights@3 or flight-delay@champion, or sha256:<digest> of a file.')

export const operations = [
  operation({
    name: 'lineage.trace',
    http: 'GET /v1/lineage/trace',
    summary: 'The way back: from a prediction, a model or anything else to the code and the raw bytes it came from.',
    input: z.object({ id }),
    output: Trace,
    errors: ['lineage_unknown'],
    allow: 'lineage:read',
    subject: 'lineage',
    cli: { command: 'trace', args: ['id'], render: renderTrace, examples: ['slipway trace flight-delay@champion'] },
    run: (lineage: Lineage, input) => lineage.trace(input),
  }),
  operation({
    name: 'lineage.impact',
    http: 'GET /v1/lineage/impact',
    summary: 'The way forward: every run, model, deployment and prediction that something touched.',
    input: z.object({
      id,
      limit: z.coerce.number().int().min(1).max(1000).default(100).describe('Predictions listed per model version.'),
    }),
    output: Impact,
    errors: ['lineage_unknown'],
    allow: 'lineage:read',
    subject: 'lineage',
    cli: { command: 'impact', args: ['id'], render: renderImpact, examples: ['slipway impact flights@1'] },
    run: (lineage: Lineage, input) => lineage.impact(input),
  }),
  operation({
    name: 'lineage.graph',
    http: 'GET /v1/lineage/graph',
    summary: 'What stands around something in the graph, a few steps both ways.',
    input: z.object({ id, depth: z.coerce.number().int().min(1).max(20).default(3) }),
    output: LineageGraph,
    errors: ['lineage_unknown'],
    allow: 'lineage:read',
    subject: 'lineage',
    cli: { args: ['id'], render: (graph, declared) => renderTree(graph, 'back', declared) },
    run: (lineage: Lineage, input) => lineage.graph(input),
  }),
]
