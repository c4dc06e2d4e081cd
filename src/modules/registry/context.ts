import type { IdMaker } from '../../kernel/ids.ts'
import type { Blobs } from '../../platform/blobs/index.ts'
import type { Tx, TypedDatabase, TypedTx } from '../../platform/db/index.ts'
import type { Events } from '../../platform/events/index.ts'
import { type Clock, type FaultPoint, faultPoint } from '../../platform/runtime/index.ts'
import type { Tracking } from '../tracking/index.ts'
import type { RegistryTables } from './tables.ts'

/** What the use cases of this module work with. */
export interface RegistryContext {
  readonly db: TypedDatabase<RegistryTables>
  readonly clock: Clock
  readonly ids: IdMaker
  readonly events: Events
  readonly blobs: Pick<Blobs, 'find'>
  readonly tracking: Pick<Tracking, 'findRun' | 'getRun' | 'recordOutputs'>
}

export type RegistryTx = TypedTx<RegistryTables>

/** Runs `work` in the caller's transaction, or else in one of its own that passes `fault` once committed. */
export async function within<T>(
  ctx: RegistryContext,
  tx: Tx | undefined,
  work: (tx: RegistryTx) => Promise<T>,
  fault?: FaultPoint,
): Promise<T> {
  if (tx !== undefined) return work(tx.typed<RegistryTables>())
  const result = await ctx.db.transaction(work)
  if (fault !== undefined) faultPoint(fault)
  return result
}
