import { z } from 'zod'
import { Nothing, operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import type { Experiments } from '../experiments/experiments.ts'
import { Span, toSpan } from './span.ts'
import { Trace } from './trace.ts'
import type { Traces } from './traces.ts'

const traceId = z.string().min(1).max(256)

const searchTraces = operation({
  name: 'traces.search',
  http: 'POST /v1/traces/search',
  summary: 'Find traces by what they and their spans say.',
  description:
    "The filter compares attributes (name, state, startedAt, durationMs, endedAt, runId), tags, metadata, assessments and spans: `state = 'ERROR' AND durationMs > 1000`, `spans.name = 'retrieve'`, `` spanAttributes.`http.route` LIKE '/api/%' ``, `assessments.correct = 'true'`.",
  input: z.object({
    ...pageQuery,
    experiments: z.array(z.string()).max(1000).optional().describe('Ids or names; none means all.'),
    filter: z.string().max(10_000).optional(),
    orderBy: z.array(z.string()).max(20).optional().describe('For example `durationMs DESC`; newest first by default.'),
  }),
  output: pageOf(Trace),
  errors: ['filter_invalid', 'experiment_not_found'],
  allow: 'traces:read',
  subject: 'traces',
  cli: { examples: ['slipway traces search --experiments Default --filter "state = \'ERROR\'"'] },
  run: async (tracking: Traces & Pick<Experiments, 'getExperiment'>, { experiments = [], ...query }) => {
    const found = await Promise.all(experiments.map((ref) => tracking.getExperiment(ref)))
    return tracking.searchTraces({ ...query, experimentIds: found.map((experiment) => experiment.id) })
  },
})

const getTrace = operation({
  name: 'traces.get',
  http: 'GET /v1/traces/{traceId}',
  summary: 'Show a trace with its spans in order of their begin.',
  input: z.object({ traceId }),
  output: z.object({ ...Trace.shape, spans: z.array(Span) }),
  errors: ['trace_not_found'],
  allow: 'traces:read',
  subject: 'trace:{traceId}',
  run: async (tracking: Traces, input) => {
    const trace = await tracking.getTrace(input.traceId)
    return { ...trace, spans: (await tracking.listSpans([trace.id])).map(toSpan) }
  },
})

const deleteTrace = operation({
  name: 'traces.delete',
  http: 'DELETE /v1/traces/{traceId}',
  summary: 'Delete a trace with its spans and assessments, for good.',
  input: z.object({ traceId }),
  output: Nothing,
  errors: ['trace_not_found'],
  allow: 'traces:admin',
  subject: 'trace:{traceId}',
  run: async (tracking: Traces, input) => {
    await tracking.getTrace(input.traceId)
    await tracking.deleteTraces([input.traceId])
    return {}
  },
})

export const traceOperations = [searchTraces, getTrace, deleteTrace]
