import type { Kysely } from 'kysely'
import type { MonitoringTables } from './tables.ts'

type Db = Kysely<MonitoringTables>

/** Where a reference came from. */
export type BaselineSource =
  | { readonly kind: 'dataset'; readonly datasetVersionId: string; readonly label: string }
  | {
      readonly kind: 'predictions'
      readonly deployment: string
      readonly modelVersionId: string
      /** The last row of the reference: windows begin after it. */
      readonly lastSeq: number
      readonly lastEventAt: number
      readonly label: string
    }

export interface BaselineRecord {
  readonly id: string
  /** One baseline per reference: `dataset:dsv_…`, `predictions:<deployment>:mdv_…:<rows>`. */
  readonly key: string
  readonly source: BaselineSource
  readonly rowCount: number
  readonly profile: string
  readonly digest: string
  readonly createdAt: number
}

/** Keeps the first baseline of a key. */
export async function insertBaseline(db: Db, record: BaselineRecord): Promise<void> {
  await db
    .insertInto('monitoring_baselines')
    .values({ ...record, source: JSON.stringify(record.source) })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute()
}

export async function findBaseline(
  db: Db,
  by: { readonly id: string } | { readonly key: string },
): Promise<BaselineRecord | undefined> {
  const select = db.selectFrom('monitoring_baselines').selectAll()
  const row = await ('id' in by ? select.where('id', '=', by.id) : select.where('key', '=', by.key)).executeTakeFirst()
  return row === undefined ? undefined : { ...row, source: JSON.parse(row.source) as BaselineSource }
}

export async function* baselineDigests(db: Db): AsyncGenerator<string> {
  const rows = await db.selectFrom('monitoring_baselines').select('digest').distinct().execute()
  for (const row of rows) yield row.digest
}
