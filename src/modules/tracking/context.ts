import type { IdMaker } from '../../kernel/ids.ts'
import type { Tx, TypedDatabase, TypedTx } from '../../platform/db/index.ts'
import type { Events } from '../../platform/events/index.ts'
import type { Clock } from '../../platform/runtime/index.ts'
import { type FaultPoint, faultPoint } from '../../platform/runtime/index.ts'
import type { Datasets } from '../datasets/index.ts'
import type { TrackingTables } from './tables.ts'

/** What the use cases of this module work with. */
export interface TrackingContext {
  readonly db: TypedDatabase<TrackingTables>
  readonly clock: Clock
  readonly ids: IdMaker
  readonly events: Events
  readonly datasets: Pick<Datasets, 'getVersionSummary'>
}

/** Runs `work` in the caller's transaction, or else in one of its own that passes `fault` once committed. */
export async function within<T>(
  ctx: TrackingContext,
  tx: Tx | undefined,
  work: (tx: TypedTx<TrackingTables>) => Promise<T>,
  fault?: FaultPoint,
): Promise<T> {
  if (tx !== undefined) return work(tx.typed<TrackingTables>())
  const result = await ctx.db.transaction(work)
  if (fault !== undefined) faultPoint(fault)
  return result
}
