import type { IdMaker } from '../../kernel/ids.ts'
import type { Blobs } from '../../platform/blobs/index.ts'
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
  readonly blobs: Pick<Blobs, 'hold'>
  readonly datasets: Pick<Datasets, 'getVersionSummary'>
}

/** Runs `work` in the caller's transaction, or else in one of its own; `fault` is passed right after the commit of either. */
export function within<T>(
  ctx: TrackingContext,
  tx: Tx | undefined,
  work: (tx: TypedTx<TrackingTables>) => Promise<T>,
  fault?: FaultPoint,
): Promise<T> {
  const run = (own: TypedTx<TrackingTables>) => {
    if (fault !== undefined) own.onCommit(() => faultPoint(fault))
    return work(own)
  }
  return tx === undefined ? ctx.db.transaction(run) : run(tx.typed<TrackingTables>())
}
