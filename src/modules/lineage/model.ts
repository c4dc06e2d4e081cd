import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'

export const nodeKinds = [
  'file',
  'datasetVersion',
  'source',
  'pipelineRun',
  'stepRun',
  'run',
  'modelVersion',
  'verdict',
  'deployment',
  'prediction',
  'alert',
  'decision',
] as const
export const NodeKind = z.enum(nodeKinds)
export type NodeKind = z.output<typeof NodeKind>

export const LineageNode = z.object({
  id: z.string().describe('Id of the thing itself; `sha256:<digest>` for a file.'),
  kind: NodeKind,
  label: z.string().describe('What a person calls it: flights@3, flight-delay/2, train.'),
  at: z.number().describe('When it came to be, epoch ms.'),
  facts: z.record(z.string(), z.json()).describe('A few details to show beside it.'),
})
export type LineageNode = z.output<typeof LineageNode>

/**
 * How one thing led to another. Data relations carry bytes or values; cause relations tell why something was started,
 * and are shown but not followed further.
 */
export const relations = {
  holds: 'data', // file -> dataset version
  derived: 'data', // dataset version -> dataset version
  read: 'data', // dataset version, model version, step run -> step run or run
  ran: 'data', // source -> step run
  made: 'data', // step run or run -> dataset version or model version
  reused: 'data', // step run -> what it took from the cache
  logged: 'data', // step run -> run
  answered: 'data', // model version -> prediction
  served: 'data', // model version -> deployment
  composed: 'data', // model version -> model version that is made of it
  judged: 'data', // model version -> verdict
  started: 'cause', // pipeline run -> step run; decision -> pipeline run
  raised: 'cause', // deployment -> alert
  led: 'cause', // alert, model version -> decision
} as const
export type Relation = keyof typeof relations

export const LineageEdge = z.object({
  from: z.string().describe('The earlier: what was used.'),
  to: z.string().describe('The later: what came of it.'),
  relation: z.enum(Object.keys(relations) as [Relation, ...Relation[]]),
})
export type LineageEdge = z.output<typeof LineageEdge>

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
