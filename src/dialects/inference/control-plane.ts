import { isAppError, kernelErrors } from '../../kernel/errors.ts'
import type { RawRequest, RawResponse, RawRoute } from '../../kernel/route.ts'
import type { Serving } from '../../modules/serving/index.ts'
import { forwardInference } from '../../platform/data-plane/index.ts'
import {
  type InferenceCore,
  type InferenceProtocol,
  inferenceErrors,
  inferencePermission,
} from '../../platform/inference/index.ts'

/**
 * The routes of a protocol in the control plane. Workers answer inference themselves; what still comes here (before the
 * first deployment, or where a port cannot be shared) is passed on to a worker, or answered by the same protocol code
 * over what is declared.
 */
export function controlRoutes(protocol: InferenceProtocol, serving: Pick<Serving, 'inference'>): RawRoute[] {
  return protocol.routes.map(({ method, path, summary }) => ({
    method,
    path,
    summary,
    body: 'stream',
    allow: protocol.isPublic(path) ? 'public' : inferencePermission(method),
    run: (request) => answer(protocol, serving, request),
  }))
}

async function answer(
  protocol: InferenceProtocol,
  serving: Pick<Serving, 'inference'>,
  request: RawRequest,
): Promise<RawResponse> {
  const path = new URL(request.url, 'http://local').pathname
  // A route with a rest takes more than the protocol knows.
  if (!protocol.claims(request.method, path)) throw kernelErrors.route_not_found({ method: request.method, path })
  try {
    const target = await serving.inference()
    if ('core' in target) return await answerWithoutWorker(protocol, target.core, request)
    const response = await forwardInference(target.socketPath, request)
    return { status: response.statusCode ?? 502, headers: plainHeaders(response.headers), body: response }
  } catch (error) {
    return protocol.toError(error)
  }
}

/** Nothing can be predicted now, so bodies are not read; what a protocol then finds wrong with one says nothing about it. */
async function answerWithoutWorker(
  protocol: InferenceProtocol,
  core: InferenceCore,
  { stream, method, url, headers }: RawRequest,
): Promise<RawResponse> {
  stream.resume()
  const { pathname: path, search } = new URL(url, 'http://local')
  const http = { method, path, query: search.slice(1), headers, body: Buffer.alloc(0), startedAt: 0 }
  try {
    return await protocol.handle(http, core)
  } catch (error) {
    if (isAppError(error) && error.code === 'inference_input_invalid') throw inferenceErrors.inference_worker_away()
    throw error
  }
}

function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (name === 'connection' || name === 'keep-alive' || name === 'transfer-encoding' || value === undefined) continue
    plain[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return plain
}
