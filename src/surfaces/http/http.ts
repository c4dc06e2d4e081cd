import type { IdMaker } from '../../kernel/ids.ts'
import type { RawRoute } from '../../kernel/route.ts'
import type { Access } from '../../platform/auth/index.ts'
import type { Http2Connections } from '../../platform/grpc/index.ts'
import type { Log } from '../../platform/runtime/index.ts'
import type { BoundOperation } from './bound-operation.ts'
import { createDispatch } from './dispatch.ts'
import { Drain } from './drain.ts'
import { createFallback } from './fallback.ts'
import { type Lifecycle, lifecycleRoutes } from './lifecycle.ts'
import { createListener, type Http } from './listener.ts'
import { mountRoutes } from './mounted-routes.ts'
import { operationRoute } from './operation-route.ts'
import { rawRoute } from './raw-route.ts'
import { createRequestIds } from './request-id.ts'
import { openStaticFiles } from './static-files.ts'

export interface HttpOptions {
  readonly operations: readonly BoundOperation[]
  readonly routes: readonly RawRoute[]
  readonly lifecycle: Lifecycle
  /** Takes connections that begin as HTTP/2; without it they are refused. */
  readonly http2?: Http2Connections | undefined
  readonly access: Access
  readonly log: Log
  readonly ids: IdMaker
  /** Largest body of an operation; `http.bodyLimitBytes`. */
  readonly bodyLimitBytes: number
  /** Folder of the built web application; it may be missing. */
  readonly uiDir: string
  /** Check answers against their schemas: on in tests and development, off in production. */
  readonly checkOutput?: boolean
}

/** Mounts operations and routes. Throws when two routes collide. */
export async function createHttp(options: HttpOptions): Promise<Http> {
  const { access, bodyLimitBytes, checkOutput = false } = options
  const drain = new Drain()
  const routes = [
    ...options.operations.map((bound) => operationRoute(bound, { access, bodyLimitBytes, checkOutput })),
    ...[...lifecycleRoutes(options.lifecycle), ...options.routes].map((route) => rawRoute(route, access)),
  ]
  const dispatch = createDispatch({
    ...options,
    drain,
    router: mountRoutes(routes),
    fallback: createFallback(await openStaticFiles(options.uiDir), routes),
    requestId: createRequestIds(options.ids),
  })
  return createListener(dispatch, drain, options.http2)
}
