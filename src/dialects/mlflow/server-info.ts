import type { RawRequest, RawRoute } from '../../kernel/route.ts'
import { type Mlflow, type Rpc, rpc } from './rpc.ts'

export const serverRoutes: readonly Rpc[] = [
  rpc('GET mlflow/server-info', {
    version: '3.0',
    allow: 'experiments:read',
    run: async () => ({
      store_type: 'SqlStore',
      workspaces_enabled: false,
      trace_archival_enabled: false,
      // Large files stream through one request; parts are taken from clients that are told to send them.
      multipart_uploads_enabled: false,
      multipart_downloads_enabled: false,
    }),
  }),
]

/**
 * The version of the protocol that this dialect speaks. The Python client asks `GET /version` before its first trace and
 * sends spans by OTLP only to a server of 3.4 or later; its `User-Agent` tells it from everybody else who asks.
 */
const protocolVersion = '3.17.2'

export function versionFor(headers: RawRequest['headers']): string | undefined {
  const agent = headers['user-agent']
  const isClient = typeof agent === 'string' && /^mlflow-\w+-client\//.test(agent)
  return isClient || headers['x-mlflow-client-version'] !== undefined ? protocolVersion : undefined
}

/**
 * What no route of this protocol answers is a 404 that is not JSON: the clients read that as "this server is older" and
 * fall back to an older procedure; an error in their own form would stop them.
 */
export function unknownRoutes(_mlflow: Mlflow): RawRoute[] {
  const prefixes = ['/api/2.0', '/api/3.0', '/ajax-api/2.0', '/ajax-api/3.0']
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
  return prefixes.flatMap((prefix) =>
    methods.map(
      (method): RawRoute => ({
        method,
        path: `${prefix}/{path*}`,
        summary: 'MLflow: a procedure this server does not have',
        body: method === 'GET' ? 'none' : 'bytes',
        allow: 'public',
        run: () => ({ status: 404, headers: { 'content-type': 'text/plain' }, body: 'Not Found' }),
      }),
    ),
  )
}
