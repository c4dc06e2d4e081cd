/**
 * The OpenTelemetry dialect: traces over OTLP/HTTP at `POST /v1/traces`, in protobuf and in JSON. Spans of any exporter
 * become spans of tracking; the header `x-mlflow-experiment-id` (number, id or name) says into which experiment, and
 * without it they go to the experiment Default. `x-mlflow-run-id` ties their traces to a run.
 *
 * Source: the OTLP specification 1.9 (opentelemetry.io/docs/specs/otlp), the MLflow client 3.17 and the OpenTelemetry SDK
 * for Python, driven by test/clients/mlflow. A span that cannot be stored is rejected alone and told in the answer;
 * everything else of a request is stored, or nothing and the sender is told by google.rpc.Status.
 */
import { errorKinds, isAppError } from '../../kernel/errors.ts'
import type { RawRequest, RawResponse } from '../../kernel/route.ts'
import { type Tracking, tracking } from '../../modules/tracking/index.ts'
import { defineDialect } from '../../platform/platform.ts'
import { exported, failed } from './answer.ts'
import { encodingOf, limitBytes, readSpans } from './body.ts'
import { factsOf } from './conventions.ts'
import { isOtlpError } from './otlp-error.ts'
import { problemOf, toRecord } from './sent-span.ts'

const experimentHeader = 'x-mlflow-experiment-id'
const runHeader = 'x-mlflow-run-id'
/** Of spans that come without the header. */
const defaultExperiment = 'Default'

export const otlp = defineDialect({
  name: 'otlp',
  needs: { tracking },
  routes: ({ platform, needs }) => [
    {
      method: 'POST',
      path: '/v1/traces',
      summary: 'OpenTelemetry: spans over OTLP, protobuf or JSON.',
      body: 'bytes',
      limitBytes,
      allow: 'traces:write',
      subject: subjectsOf,
      refusal: ({ kind, message }) => ({ code: errorKinds[kind].grpc, message }),
      run: async (request) => {
        try {
          return await exportSpans(needs.tracking, request)
        } catch (thrown) {
          const isExpected = isOtlpError(thrown) || (isAppError(thrown) && thrown.kind !== 'internal')
          if (!isExpected) platform.log.error('otlp.request.failed', { requestId: request.requestId, error: thrown })
          return failed(encodingOf(request), thrown, request.requestId)
        }
      },
    },
  ],
})

/** None where the spans cannot be read: then it is about everything. */
async function subjectsOf(request: RawRequest): Promise<readonly string[]> {
  const runId = headerOf(request, runHeader)
  const spans = await readSpans(request).catch(() => [])
  if (spans.length === 0) return []
  return [
    `experiment:${headerOf(request, experimentHeader) ?? defaultExperiment}`,
    ...(runId === undefined ? [] : [`run:${runId}`]),
    ...new Set(spans.map((span) => `trace:${toRecord(span).traceId}`)),
  ]
}

async function exportSpans(service: Tracking, request: RawRequest): Promise<RawResponse> {
  const sent = await readSpans(request)
  const problems: string[] = []
  const good = sent.filter((span) => {
    const problem = problemOf(span)
    if (problem !== undefined) problems.push(problem)
    return problem === undefined
  })
  const experimentId = await experimentOf(service, headerOf(request, experimentHeader))
  const runId = headerOf(request, runHeader)
  await service.recordSpans({ experimentId, spans: good.map(toRecord), facts: factsOf(good), runId })
  return exported(encodingOf(request), { count: problems.length, why: problems[0] ?? '' })
}

async function experimentOf(service: Tracking, given: string | undefined): Promise<string> {
  if (given === undefined) return defaultExperiment
  const isNumber = /^\d{1,15}$/.test(given)
  const found = isNumber ? await service.findExperimentByNumber(Number(given)) : undefined
  return found?.id ?? given
}

function headerOf(request: RawRequest, name: string): string | undefined {
  const value = request.headers[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
