import type { Permission } from '../../kernel/operation.ts'
import type { RawResponse, RawRoute } from '../../kernel/route.ts'
import type { HttpRequest } from './http-request.ts'
import { createRouter, type Router } from './router.ts'

/** A route as this surface serves it. */
export interface MountedRoute {
  readonly method: string
  /** `/v1/models/{model}`; `{path*}` takes the rest. */
  readonly path: string
  readonly allow: Permission | 'public'
  /** How the body is taken. */
  readonly body: RawRoute['body'] | 'json'
  /** Largest body. */
  readonly limitBytes: number
  /** As in RawRoute. */
  readonly refusal?: RawRoute['refusal']
  readonly answer: (request: HttpRequest) => Promise<RawResponse>
}

/** Throws when two routes collide. */
export function mountRoutes(routes: readonly MountedRoute[]): Router<MountedRoute> {
  const router = createRouter<MountedRoute>()
  for (const route of routes) router.add(route.method, route.path, route)
  return router
}
