import type { Tx } from '../../platform/db/index.ts'
import type { GateVerdict } from './alias-rule.ts'

/** Finds what a gate said of a version: undefined when it said nothing, or there is no such gate. */
export type FindVerdict = (tx: Tx, gate: string, modelVersionId: string) => Promise<GateVerdict | undefined>

/** Gates are kept by a module that needs this one: it says here how to ask them. */
export interface Gates {
  find: FindVerdict
}
