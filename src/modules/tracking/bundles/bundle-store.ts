import { type Kysely, sql } from 'kysely'
import type { TrackingTables } from '../tables.ts'

/** How many points each metric of a run has. */
export async function countPoints(
  db: Kysely<TrackingTables>,
  runId: string,
): Promise<{ key: string; count: number }[]> {
  const { rows } = await sql<{ key: string; count: number }>`select s."key",
      (select count(*) from tracking_points p where p."seriesId" = s."id") as "count"
    from tracking_series s where s."runId" = ${runId} order by s."key"`.execute(db)
  return rows.map(({ key, count }) => ({ key, count: Number(count) }))
}
