/**
 * Who calls, and whether this server answers them: the token check and the guard against web pages that reach for a
 * server on the reader's own machine. Pure functions of request headers, so the control plane and the workers of the
 * data plane decide alike.
 *
 * Promises: with a token configured, every non-public request proves it (Bearer, or Basic with the token as password),
 * compared in constant time. Without one every caller is `local`, and a server that other machines can reach does not
 * start unless told `--insecure`. What a caller may do is decided by one function, `mayDo`, over rights that are data.
 */
export { type Access, type AccessRules, accessRules, createAccess } from './access.ts'
export { authConfig, requireSafeStart } from './auth.ts'
export { type Children, createChildren } from './children.ts'
export { isLoopbackHost } from './loopback.ts'
export type { Act, MayDo } from './may-do.ts'
export type { MadeByRun, RunScope } from './rights.ts'
