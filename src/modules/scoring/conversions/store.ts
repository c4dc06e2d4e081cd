import type { Kysely } from 'kysely'
import { decodeCursor, type Page, toPage } from '../../../kernel/paging.ts'
import type { OnnxForm } from '../../servables/index.ts'
import type { ScoringTables } from '../tables.ts'
import type { Conversion, StartConversion } from './model.ts'
import type { ConversionRow } from './tables.ts'

type Db = Kysely<ScoringTables>

export type FiniteColumns = OnnxForm['finite']

export interface StoredConversion extends Omit<Conversion, 'progress' | 'isUsed'> {
  /** Of the Python model. */
  readonly digest: string
  readonly request: Pick<StartConversion, 'dataset' | 'deployment'>
  readonly finite: FiniteColumns | undefined
}

/** False when one of the version is running. */
export async function insertConversion(db: Db, conversion: StoredConversion): Promise<boolean> {
  const result = await db
    .insertInto('serving_conversions')
    .values(toRow(conversion))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

export async function findConversion(db: Db, id: string): Promise<StoredConversion | undefined> {
  const row = await db.selectFrom('serving_conversions').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? undefined : toConversion(row)
}

export async function findRunningConversion(db: Db, modelVersionId: string): Promise<StoredConversion | undefined> {
  const row = await db
    .selectFrom('serving_conversions')
    .selectAll()
    .where('modelVersionId', '=', modelVersionId)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return row === undefined ? undefined : toConversion(row)
}

export async function listRunningConversions(db: Db): Promise<StoredConversion[]> {
  const rows = await db.selectFrom('serving_conversions').selectAll().where('state', '=', 'running').execute()
  return rows.map(toConversion)
}

/** Newest first. */
export async function listConversions(
  db: Db,
  query: { limit: number; cursor?: string | undefined; modelVersionId?: string | undefined },
): Promise<Page<StoredConversion>> {
  const before = decodeCursor(query.cursor, 1)
  let select = db
    .selectFrom('serving_conversions')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
  if (before !== undefined) select = select.where('id', '<', String(before[0]))
  if (query.modelVersionId !== undefined) select = select.where('modelVersionId', '=', query.modelVersionId)
  const page = toPage(await select.execute(), query.limit, (row) => [row.id])
  return { ...page, items: page.items.map(toConversion) }
}

export type ConversionEnd = Pick<
  StoredConversion,
  'state' | 'onnxDigest' | 'onnxBytes' | 'finite' | 'problem' | 'report'
>

/** False when it has ended already. */
export async function endConversion(db: Db, id: string, end: ConversionEnd & { endedAt: number }): Promise<boolean> {
  const { state, onnxDigest = null, onnxBytes = null, problem = null, endedAt } = end
  const [finite, report] = [end.finite, end.report].map((value) => (value === undefined ? null : JSON.stringify(value)))
  const result = await db
    .updateTable('serving_conversions')
    .set({ state, onnxDigest, onnxBytes, problem, endedAt, finite: finite ?? null, report: report ?? null })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Files of every conversion that succeeded: one that is not in use can be taken up again. */
export async function listConvertedDigests(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('serving_conversions')
    .select('onnxDigest')
    .where('onnxDigest', 'is not', null)
    .execute()
  return rows.flatMap(({ onnxDigest }) => onnxDigest ?? [])
}

function toConversion(row: ConversionRow): StoredConversion {
  return {
    ...row,
    state: row.state as Conversion['state'],
    request: JSON.parse(row.request),
    onnxDigest: row.onnxDigest ?? undefined,
    onnxBytes: row.onnxBytes === null ? undefined : Number(row.onnxBytes),
    finite: row.finite === null ? undefined : JSON.parse(row.finite),
    problem: row.problem ?? undefined,
    report: row.report === null ? undefined : JSON.parse(row.report),
    endedAt: row.endedAt ?? undefined,
  }
}

function toRow(conversion: StoredConversion): ConversionRow {
  const { onnxDigest = null, onnxBytes = null, problem = null, endedAt = null, finite, report } = conversion
  return {
    ...conversion,
    request: JSON.stringify(conversion.request),
    finite: finite === undefined ? null : JSON.stringify(finite),
    report: report === undefined ? null : JSON.stringify(report),
    onnxDigest,
    onnxBytes,
    problem,
    endedAt,
  }
}
