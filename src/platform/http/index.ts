/**
 * What the HTTP/1.1 servers of this program share: the control plane's (surfaces/http) and the workers' (platform/data-plane).
 *
 * Promises: a body is never held beyond its limit, and a URL is read as it was sent.
 */
export { readBody } from './read-body.ts'
export { pathOf, queryOf } from './url.ts'
