import { z } from 'zod'
import { defineEvent } from '../../../kernel/event.ts'
import type { JsonObject } from '../../../kernel/json.ts'
import type { ForeignNames } from '../foreign-names.ts'
import { Tags } from '../model.ts'
import type { SpanRecord } from './span.ts'

/** One request through an application: what its client recorded of the whole, and its spans. */

export const TraceState = z.enum(['STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS'])
export type TraceState = z.infer<typeof TraceState>

/** A judgment of a trace by a person, a rule or a model; the body is the client's own. */
export const Assessment = z.object({
  id: z.string(),
  traceId: z.string(),
  name: z.string(),
  /** `feedback`, `expectation`; what it is in the client's words. */
  kind: z.string().optional(),
  /** The judgment as text, for searching; the body has it whole. */
  value: z.string().optional(),
  body: z.record(z.string(), z.json()),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Assessment = Omit<z.infer<typeof Assessment>, 'body'> & { readonly body: JsonObject }

export const Trace = z.object({
  id: z.string(),
  experimentId: z.string(),
  name: z.string().optional(),
  state: TraceState,
  startedAt: z.number(),
  durationMs: z.number().optional(),
  clientRequestId: z.string().optional(),
  requestPreview: z.string().optional(),
  responsePreview: z.string().optional(),
  /** Facts of the client, written once; tags may change. */
  metadata: Tags,
  tags: Tags,
  assessments: z.array(Assessment),
  /** How many spans are stored. */
  spanCount: z.number(),
  /** Runs that the trace belongs to. */
  runIds: z.array(z.string()),
})
export type Trace = z.infer<typeof Trace>

export type NewTrace = Omit<Trace, 'assessments' | 'experimentId' | 'spanCount' | 'runIds'> & {
  /** Id or name. */
  readonly experimentId: string
  readonly runId?: string | undefined
}

/** What a dialect reads out of the first span of a trace, for traces that nobody records as a whole. */
export interface TraceFacts {
  readonly requestPreview?: string | undefined
  readonly responsePreview?: string | undefined
  readonly tags?: Tags | undefined
  readonly metadata?: Tags | undefined
}

export interface NewSpans {
  /** Id or name; a trace that is stored already stays in its own experiment. */
  readonly experimentId: string
  readonly spans: readonly SpanRecord[]
  /** By trace id. */
  readonly facts?: ReadonlyMap<string, TraceFacts> | undefined
  readonly runId?: string | undefined
}

export interface NewAssessment {
  /** Of one that is there: its new form. */
  readonly id?: string | undefined
  readonly name: string
  readonly kind?: string | undefined
  readonly value?: string | undefined
  readonly body: JsonObject
}

// More ids than a page shows would only make the event large.
export const maxNamedTraces = 100

export const traceReceived = defineEvent(
  'tracking.trace.received',
  'Traces, or spans of them, arrived in an experiment.',
  z.object({ experimentId: z.string(), traceIds: z.array(z.string()).max(maxNamedTraces) }),
  { sentence: '{traceIds, plural, trace} received' },
)

export interface TraceQuery extends ForeignNames {
  readonly experimentIds?: readonly string[] | undefined
  readonly filter?: string | undefined
  readonly orderBy?: readonly string[] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}
