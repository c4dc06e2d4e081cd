/**
 * A process with one job worker, to be killed in tests: `node job-child.ts <database url> <sole|shared>`. It runs jobs of
 * type `test.append` until none is left. SLIPWAY_FAULT names the point at which it dies.
 */
import { z } from 'zod'
import { createIds } from '../kernel/ids.ts'
import { defineJob, handleJob } from '../kernel/job.ts'
import { createTable, type Migration } from '../kernel/migration.ts'
import { openDatabase } from '../platform/db/index.ts'
import { createJobs } from '../platform/jobs/index.ts'
import { createLog, systemClock } from '../platform/runtime/index.ts'

export interface NoteTables {
  test_notes: { key: string; pid: number }
}

export const noteMigrations: readonly Migration[] = [
  {
    name: 'test/001_notes',
    changes: [createTable('test_notes', { columns: { key: 'text', pid: 'int' }, primaryKey: ['key'] })],
  },
]

export const appendNote = defineJob('test.append', z.object({ key: z.string() }), { leaseMs: 600 })

async function main(url: string, isSole: boolean): Promise<void> {
  const db = (await openDatabase({ url, synchronous: 'normal' })).typed<NoteTables>()
  const log = createLog('silent')
  const jobs = createJobs({ db, clock: systemClock, ids: createIds(systemClock.now), log, isSole })
  jobs.handle(
    handleJob(appendNote, async ({ payload }) => {
      const note = { key: payload.key, pid: process.pid }
      await db.transaction((tx) =>
        tx.query
          .insertInto('test_notes')
          .values(note)
          .onConflict((conflict) => conflict.column('key').doNothing())
          .execute(),
      )
    }),
  )
  await jobs.start()
  await jobs.settled()
  await jobs.stop(1_000)
  await db.close()
}

const [url, role] = process.argv.slice(2)
if (import.meta.main && url !== undefined) await main(url, role === 'sole')
