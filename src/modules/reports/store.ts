import type { Kysely } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from '../../platform/db/index.ts'
import type { Report, ReportBlock } from './model.ts'
import type { ReportTables } from './tables.ts'

export type ReportRow = ReportTables['reports_reports']
type Db = Kysely<ReportTables>

export function toReport({ blocks, ...row }: ReportRow): Report {
  return { ...row, blocks: JSON.parse(blocks) as ReportBlock[] }
}

export async function insertReport(db: Db, row: ReportRow): Promise<void> {
  await db.insertInto('reports_reports').values(row).execute()
}

export function findReport(db: Db, id: string): Promise<ReportRow | undefined> {
  return db.selectFrom('reports_reports').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The newest first. */
export function listReports(db: Db, query: PageQuery): Promise<Page<Omit<Report, 'blocks'>>> {
  const columns = ['id', 'name', 'revision', 'createdBy', 'updatedBy', 'createdAt', 'updatedAt'] as const
  return readPage(db.selectFrom('reports_reports').select(columns), { id: 'desc' }, query)
}

/** False when the report is at another revision by now: two writers who both read it may come here at the same time. */
export async function updateReport(db: Db, report: Pick<ReportRow, 'id' | 'revision'>, changes: Partial<ReportRow>) {
  const { id, revision } = report
  const changed = db.updateTable('reports_reports').set(changes).where('id', '=', id).where('revision', '=', revision)
  return (await changed.executeTakeFirst()).numUpdatedRows > 0n
}

export async function deleteReport(db: Db, id: string): Promise<void> {
  await db.deleteFrom('reports_reports').where('id', '=', id).execute()
}
