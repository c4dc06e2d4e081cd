import { kernelErrors } from '../../kernel/errors.ts'
import type { RawRequest, RawResponse, RawRoute } from '../../kernel/route.ts'
import type { ServingService } from '../../modules/serving/index.ts'
import { forwardInference, type InferenceProtocol } from '../../platform/inference/index.ts'

/**
 * The routes of a protocol in the control plane. Workers answer inference themselves; what still comes here (before the
 * first deployment, or where a port cannot be shared) is passed on to a worker, or answered by the same protocol code
 * over what is declared.
 */
export function controlRoutes(protocol: InferenceProtocol, serving: Pick<ServingService, 'inference'>): RawRoute[] {
  return protocol.routes.map(({ method, path, summary }) => ({
    method,
    path,
    summary,
    body: 'stream',
    allow: protocol.isPublic(path) ? 'public' : method === 'POST' ? 'inference:write' : 'inference:read',
    run: (request) => answer(protocol, serving, request),
  }))
}

async function answer(
  protocol: InferenceProtocol,
  serving: Pick<ServingService, 'inference'>,
  request: RawRequest,
): Promise<RawResponse> {
  const path = new URL(request.url, 'http://local').pathname
  // A route with a rest takes more than the protocol knows.
  if (!protocol.claims(request.method, path)) throw kernelErrors.route_not_found({ method: request.method, path })
  try {
    const target = await serving.inference()
    if ('core' in target) {
      request.stream.resume()
      const { search } = new URL(request.url, 'http://local')
      const { method, headers } = request
      const http = { method, path, query: search.slice(1), headers, body: Buffer.alloc(0), startedAt: 0 }
      return await protocol.handle(http, target.core)
    }
    const response = await forwardInference(target.socketPath, request)
    return { status: response.statusCode ?? 502, headers: plainHeaders(response.headers), body: response }
  } catch (error) {
    return protocol.toError(error)
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
