import { errorKinds, toAppError } from '../../../kernel/errors.ts'
import type { HttpAnswer, InferenceCore, InferenceProtocol } from '../../../platform/inference/index.ts'
import { describeMetrics } from './metrics.ts'

/**
 * Metrics for Prometheus, `GET /metrics` in its text format: the names of Triton (docs/user_guide/metrics.md) where it has one,
 * Slipway's own for the rest. One scrape is the sum of all workers, whichever answers it, the dead included. Labels are the
 * live versions of deployments and nothing that a request brings, so their number is bounded.
 */
export const prometheus: InferenceProtocol = {
  name: 'prometheus',
  routes: [
    { method: 'GET', path: '/metrics', summary: 'Metrics of inference for Prometheus, summed over all workers.' },
  ],
  claims: (method, path) => method === 'GET' && path === '/metrics',
  isPublic: () => false,
  handle: (_request, core) => scrape(core),
  toError: (error) => {
    const failure = toAppError(error)
    return {
      status: errorKinds[failure.kind].http,
      headers: { 'Content-Type': 'text/plain' },
      body: `${failure.message}\n`,
    }
  },
}

async function scrape(core: InferenceCore): Promise<HttpAnswer> {
  const headers = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }
  return { status: 200, headers, body: describeMetrics(core.models(), await core.statistics(), await core.traces?.()) }
}
