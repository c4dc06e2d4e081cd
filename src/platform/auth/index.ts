/**
 * Who calls, and whether this server answers them: the token check and the guard against web pages that reach for a
 * server on the reader's own machine. Pure functions of request headers, so the control plane and the workers of the
 * data plane decide alike.
 *
 * Promises: with a token configured, every non-public request proves it (Bearer, or Basic with the token as password),
 * compared in constant time. Without one every caller is `local`, and a server that other machines can reach does not
 * start unless told `--insecure`.
 */
export { type Access, type AccessRules, accessRules, childToken, createAccess } from './access.ts'
export { authConfig, requireSafeStart } from './auth.ts'
export { isLoopbackHost } from './loopback.ts'
