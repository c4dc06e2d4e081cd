import type { IdMaker } from '../../kernel/ids.ts'
import type { TypedDatabase } from '../../platform/db/index.ts'
import type { Clock } from '../../platform/runtime/index.ts'
import { type Report, reportErrors } from './model.ts'
import type { NewReport, ReportChange, Reports } from './service.ts'
import * as store from './store.ts'
import type { ReportTables } from './tables.ts'

export interface ReportContext {
  readonly db: TypedDatabase<ReportTables>
  readonly clock: Clock
  readonly ids: IdMaker
}

export function createReports({ db, clock, ids }: ReportContext): Reports {
  async function get(read: typeof db.read, id: string): Promise<store.ReportRow> {
    const row = await store.findReport(read, id)
    if (row === undefined) throw reportErrors.report_not_found({ report: id })
    return row
  }

  return {
    createReport: async ({ name, blocks = [], createdBy }: NewReport): Promise<Report> => {
      const now = clock.now()
      const row = { id: ids('rep'), name, blocks: JSON.stringify(blocks), revision: 1 }
      const whole = { ...row, createdBy, updatedBy: createdBy, createdAt: now, updatedAt: now }
      await db.transaction((tx) => store.insertReport(tx.query, whole))
      return store.toReport(whole)
    },

    getReport: async (id) => store.toReport(await get(db.read, id)),

    listReports: (query) => store.listReports(db.read, query),

    updateReport: (id: string, { name, blocks, revision, updatedBy }: ReportChange): Promise<Report> =>
      db.transaction(async (tx) => {
        const before = await get(tx.query, id)
        const after = {
          ...before,
          name: name ?? before.name,
          blocks: blocks === undefined ? before.blocks : JSON.stringify(blocks),
          revision: revision + 1,
          updatedBy,
          updatedAt: clock.now(),
        }
        if (await store.updateReport(tx.query, { id, revision }, after)) return store.toReport(after)
        const { revision: current } = await get(tx.query, id)
        throw reportErrors.report_changed({ report: id, revision: current, from: revision })
      }),

    deleteReport: (id) =>
      db.transaction(async (tx) => {
        await get(tx.query, id)
        await store.deleteReport(tx.query, id)
      }),
  }
}
