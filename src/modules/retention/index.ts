/**
 * Retention: which runs are kept, and for how long. A rule stands for an experiment, a folder of experiments or all of them.
 *
 * Owns rules and the record of what was erased under them. Promises: nothing is erased without a rule; a run under way, a
 * pinned one, and one that a model version or a deployment came from is never erased, whatever a rule says; runs that are
 * nested in each other stay or go together; every run that goes is on record before it goes. Bytes are stored once
 * however many runs name them, and are deleted only when nothing names them any more.
 *
 * Emits retention.run.erased.
 */
import { defineModule } from '../../platform/platform.ts'
import { lineage } from '../lineage/index.ts'
import { registry } from '../registry/index.ts'
import { tracking } from '../tracking/index.ts'
import type { RetentionContext } from './context.ts'
import { createRetention } from './create.ts'
import { planDaily, retentionJobs } from './jobs.ts'
import { runErased } from './model.ts'
import { retentionOperations } from './operations.ts'
import { retentionMigrations } from './tables.ts'

export { Erasure, RetentionReport, RetentionRule } from './model.ts'
export type { Retention } from './service.ts'

export const retention = defineModule({
  name: 'retention',
  needs: { tracking, registry, lineage },
  config: {},
  migrations: retentionMigrations,
  events: [runErased],
  operations: retentionOperations,
  create: ({ platform, needs }) => {
    const ctx: RetentionContext = { platform, db: platform.db.typed(), ...needs }
    return { door: createRetention(ctx), ctx }
  },
  jobs: ({ door, ctx }) => retentionJobs(door, ctx),
  start: ({ ctx }) => planDaily(ctx),
})
