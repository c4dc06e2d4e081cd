import { AsyncLocalStorage } from 'node:async_hooks'
import { z } from 'zod'

/**
 * Who acts. Every way in (an operation, a raw route, a call of gRPC, a job, a delivered event) says once in whose name its
 * work runs; whoever records that something was done asks for it here, however deep, so that nobody hands it on.
 */
export interface Principal {
  /** `local`, `token`, the id of a run, the name of the part of the server that acts. */
  readonly id: string
  /**
   * `local`: anyone on a server without authentication. `token`: who has the operator's token. `run`: a process that works
   * for a tracking run. `system`: the server itself. `anonymous`: a caller of a public route. `unknown`: what was recorded
   * before actors were.
   */
  readonly kind: PrincipalKind
}

const kinds = ['local', 'token', 'run', 'system', 'anonymous', 'unknown'] as const
export type PrincipalKind = (typeof kinds)[number]

/** As answers show it. */
export const Actor = z.object({ id: z.string(), kind: z.enum(kinds) })

export const local: Principal = { id: 'local', kind: 'local' }
export const anonymous: Principal = { id: 'anonymous', kind: 'anonymous' }
const unknown: Principal = { id: 'unknown', kind: 'unknown' }

/** The part of the server that acts of its own accord: `system('automation')`. */
export function system(part: string): Principal {
  return { id: part, kind: 'system' }
}

const acting = new AsyncLocalStorage<Principal>()
const server = system('server')

/** Who acts here; where nobody asked for anything, at the start or on a timer, it is the server itself. */
export function currentActor(): Principal {
  return acting.getStore() ?? server
}

/** Everything `work` does, and what it starts, is done in the name of `principal`. */
export function runAs<T>(principal: Principal, work: () => T): T {
  return acting.run(principal, work)
}

/** As one column: `kind:id`, so that what somebody did is found by one comparison. */
export function actorToColumn({ kind, id }: Principal): string {
  return `${kind}:${id}`
}

/** Rows of before the column have none. */
export function actorOfColumn(column: string | null): Principal {
  if (column === null) return unknown
  const end = column.indexOf(':')
  const kind = kinds.find((candidate) => candidate === column.slice(0, end))
  return kind === undefined ? unknown : { kind, id: column.slice(end + 1) }
}
