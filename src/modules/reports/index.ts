/**
 * Reports: pages that mix text with charts and tables of runs. A report keeps what is asked for and not what was found, so
 * it shows the runs as they are when it is read.
 *
 * Owns reports and their blocks. Promises: a change names the revision it was made from, so that nobody's change is lost
 * to another one; blocks are kept as they were given and mean something only to who draws them. Emits nothing.
 */
import { defineModule } from '../../platform/platform.ts'
import { createReports } from './create.ts'
import { operations } from './operations.ts'
import { reportMigrations } from './tables.ts'

export { Report, ReportBlock, reportErrors } from './model.ts'
export type { Reports } from './service.ts'

export const reports = defineModule({
  name: 'reports',
  needs: {},
  config: {},
  migrations: reportMigrations,
  events: [],
  operations,
  create: ({ platform }) => ({
    door: createReports({ db: platform.db.typed(), clock: platform.clock, ids: platform.ids }),
  }),
})
