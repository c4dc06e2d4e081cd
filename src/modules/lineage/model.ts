import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import { LineageEdge, LineageNode } from '../../kernel/lineage.ts'

export const LineageGraph = z.object({
  root: z.string(),
  nodes: z.array(LineageNode),
  edges: z.array(LineageEdge),
  isCut: z.boolean().describe('True when the graph was larger than the limit and is not whole.'),
})
export type LineageGraph = z.output<typeof LineageGraph>

export const Trace = LineageGraph.extend({
  prediction: z
    .object({
      id: z.string(),
      deployment: z.string(),
      variant: z.string(),
      at: z.number(),
      inputs: z.record(z.string(), z.json()),
      outputs: z.record(z.string(), z.json()),
      label: z.json().optional(),
    })
    .optional()
    .describe('The prediction with its feature values, when it is one that was asked for.'),
})
export type Trace = z.output<typeof Trace>

export const Impact = LineageGraph.extend({
  predictions: z.array(
    z.object({
      modelVersionId: z.string(),
      modelVersion: z.string(),
      ids: z.array(z.string()).describe('Newest first.'),
      nextCursor: z.string().optional().describe('For `predictions list --model-version-id …`.'),
    }),
  ),
})
export type Impact = z.output<typeof Impact>

export const lineageErrors = defineErrors({
  lineage_unknown: [
    'not_found',
    'Nothing named {id} is in the lineage graph.',
    'Give an id (prd_…, mdv_…, dsv_…), a version such as flights@3 or flight-delay@champion, or sha256:<digest> of a file.',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof lineageErrors> {}
}
