import type { IdMaker } from '../../kernel/ids.ts'
import type { Blobs } from '../../platform/blobs/index.ts'
import type { Tx, TypedDatabase, TypedTx } from '../../platform/db/index.ts'
import type { Events } from '../../platform/events/index.ts'
import { type Clock, type FaultPoint, faultPoint } from '../../platform/runtime/index.ts'
import type { Tracking } from '../tracking/index.ts'
import type { Formats } from './formats.ts'
import type { Gates } from './gates.ts'
import type { RegistryTables } from './tables.ts'

/** What the use cases of this module work with. */
export interface RegistryContext {
  readonly db: TypedDatabase<RegistryTables>
  readonly clock: Clock
  readonly ids: IdMaker
  readonly events: Events
  readonly blobs: Pick<Blobs, 'find'>
  /** Filled by the module that keeps gates. */
  readonly gates: Gates
  readonly formats: Formats
  readonly tracking: Pick<Tracking, 'findRun' | 'getRun' | 'recordOutputs'>
}

export type RegistryTx = TypedTx<RegistryTables>

/** Runs `work` in the caller's transaction, or else in one of its own; `fault` is passed right after the commit of either. */
export function within<T>(
  ctx: RegistryContext,
  tx: Tx | undefined,
  work: (tx: RegistryTx) => Promise<T>,
  fault?: FaultPoint,
): Promise<T> {
  const run = (own: RegistryTx) => {
    if (fault !== undefined) own.onCommit(() => faultPoint(fault))
    return work(own)
  }
  return tx === undefined ? ctx.db.transaction(run) : run(tx.typed<RegistryTables>())
}
