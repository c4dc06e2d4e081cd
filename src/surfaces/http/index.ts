/**
 * The HTTP surface: mounts operations and raw routes on one server, whatever module or dialect they come from.
 *
 * Promises: input is checked completely before an operation runs (unknown fields included), every failure is an RFC 9457
 * problem document with a stable `code` and the request id, no path that climbs out reaches a route, and the same handler
 * serves any number of TCP ports and unix sockets.
 */
export { bindOperations } from './bound-operation.ts'
export { eventRoute } from './event-stream.ts'
export { createHttp } from './http.ts'
export { httpConfig } from './http-config.ts'
export { type LifecycleState, lifecycleRoutes } from './lifecycle.ts'
export type { Http } from './listener.ts'
