import { parseFilter } from '../../../kernel/filter.ts'
import type { Page } from '../../../kernel/paging.ts'
import { keysetPageOf, type TypedDatabase } from '../../../platform/db/index.ts'
import type { TrackingTables } from '../tables.ts'
import type { Run, RunQuery } from './run.ts'
import { orderOf } from './run-order.ts'
import { planOf } from './run-plan.ts'
import { conditionsWith } from './run-scope.ts'
import { keysOf } from './run-select.ts'
import { findRunRows, withLogged } from './run-store.ts'

/**
 * `experimentIds` are ids; none means all experiments. The page ends early where its runs have too much logged into them
 * for one answer; its cursor goes on from there.
 */
export async function searchRunRows(
  db: TypedDatabase<TrackingTables>,
  query: RunQuery,
  experimentIds: readonly string[],
): Promise<Page<Run>> {
  const filter = parseFilter(query.filter)
  const plan = await planOf(db, {
    experimentId: experimentIds.length === 1 ? experimentIds[0] : undefined,
    filter,
    fieldName: query.fieldName,
    where: (rest) => conditionsWith(db, { scope: query, filter: rest, experimentIds }),
    ordering: orderOf(query),
  })
  // Only ids are sorted; whole rows are read for the page alone.
  const { rows, nextCursor, cursorAfter } = await keysetPageOf<{ id: string }>(db.read, plan, query)
  const page = await findRunRows(
    db.read,
    rows.map((row) => row.id),
  )
  const items = await withLogged(db.read, page, { keys: keysOf(query.select), most: query.mostLogged })
  if (items.length === page.length) return { items, nextCursor }
  const last = items.at(-1)?.id
  return { items, nextCursor: cursorAfter(rows.findIndex((row) => row.id === last)) }
}
