import { z } from 'zod'
import { SpanKind, SpanStatus } from '../traces/span.ts'
import { Assessment, Trace } from '../traces/trace.ts'
import { BundledFile, wholeMs } from './run-bundle.ts'

const jsonObject = z.string().refine((text) => {
  try {
    return /^\s*\{/.test(text) && JSON.parse(text) !== null
  } catch {
    return false
  }
}, 'not the JSON text of an object')

/** A span as it is stored: attributes and details are texts of JSON, so that every number keeps its spelling. */
export const StoredSpan = z.object({
  traceId: z.string(),
  id: z.string(),
  parentId: z.string().optional(),
  name: z.string(),
  kind: SpanKind,
  status: SpanStatus,
  startNs: z.string().regex(/^\d{1,20}$/),
  endNs: z
    .string()
    .regex(/^\d{1,20}$/)
    .optional(),
  attributes: jsonObject,
  details: jsonObject,
})

export const BundledAssessment = Assessment.extend({ createdAt: wholeMs, updatedAt: wholeMs })

/** A trace as another server needs it to have the same trace. */
export const TraceBundle = Trace.omit({ spanCount: true, assessments: true }).extend({
  startedAt: wholeMs,
  durationMs: wholeMs.optional(),
  assessments: z.array(BundledAssessment),
  spans: z.array(StoredSpan).max(100_000),
  files: z.array(BundledFile),
})
export type TraceBundle = z.infer<typeof TraceBundle>
