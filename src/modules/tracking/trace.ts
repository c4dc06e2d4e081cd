import { z } from 'zod'
import type { JsonObject } from '../../kernel/json.ts'
import { Tags } from './model.ts'

/** One request through an application, as its client recorded it. Its spans are an artifact under its id. */

export const TraceState = z.enum(['STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS'])
export type TraceState = z.infer<typeof TraceState>

export const Trace = z.object({
  id: z.string(),
  experimentId: z.string(),
  state: TraceState,
  startedAt: z.number(),
  durationMs: z.number().optional(),
  clientRequestId: z.string().optional(),
  requestPreview: z.string().optional(),
  responsePreview: z.string().optional(),
  /** Facts of the client, written once; tags may change. */
  metadata: Tags,
  tags: Tags,
})
export type Trace = z.infer<typeof Trace> & { readonly assessments: readonly Assessment[] }

/** A judgment of a trace by a person, a rule or a model; the body is the client's own. */
export interface Assessment {
  readonly id: string
  readonly traceId: string
  readonly name: string
  readonly body: JsonObject
  readonly createdAt: number
  readonly updatedAt: number
}

export type NewTrace = Omit<Trace, 'assessments' | 'experimentId'> & {
  /** Id or name. */
  readonly experimentId: string
}
