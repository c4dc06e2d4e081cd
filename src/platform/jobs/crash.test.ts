import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createIds } from '../../kernel/ids.ts'
import { dialectNames, newDatabaseUrl } from '../../testing/databases.ts'
import { appendNote, type NoteTables, noteMigrations } from '../../testing/job-child.ts'
import { serverEnvironment } from '../../testing/server-environment.ts'
import { migrate, openDatabase } from '../db/index.ts'
import { createLog, systemClock } from '../runtime/index.ts'
import { createJobs, jobMigrations } from './index.ts'

const child = fileURLToPath(new URL('../../testing/job-child.ts', import.meta.url))

function runChild(url: string, role: string, fault?: string): Promise<{ code: number | null; signal: string | null }> {
  const env = serverEnvironment(fault)
  const running = spawn(process.execPath, [child, url, role], { env, stdio: ['ignore', 'inherit', 'inherit'] })
  return new Promise((resolve) => running.on('exit', (code, signal) => resolve({ code, signal })))
}

describe.each(dialectNames)('a worker killed on %s', (dialect) => {
  it.each(['jobs.claimed', 'jobs.handlerDone', 'jobs.completed'])(
    'at %s loses no job and doubles no effect',
    async (fault) => {
      const { url, remove } = await newDatabaseUrl(dialect)
      const db = (await openDatabase({ url, synchronous: 'normal' })).typed<NoteTables>()
      await migrate(db, [...jobMigrations, ...noteMigrations], 1)
      const jobs = createJobs({ db, clock: systemClock, ids: createIds(systemClock.now), log: createLog('silent') })
      const keys = ['a', 'b', 'c', 'd', 'e', 'f']
      const jobIds = await db.transaction(async (tx) => {
        const made: string[] = []
        for (const key of keys) made.push(await jobs.enqueue(tx, appendNote, { key }))
        return made
      })
      const role = dialect === 'sqlite' ? 'sole' : 'shared'
      expect(await runChild(url, role, fault)).toEqual({ code: null, signal: 'SIGKILL' })
      expect(await runChild(url, role)).toEqual({ code: 0, signal: null })
      const notes = await db.read.selectFrom('test_notes').select('key').orderBy('key').execute()
      expect(notes.map((note) => note.key)).toEqual(keys)
      for (const id of jobIds) {
        expect((await jobs.find(id))?.state).toBe('succeeded')
        const outcomes = (await jobs.listAttempts(id)).map((attempt) => attempt.outcome)
        expect(outcomes.filter((outcome) => outcome === 'succeeded')).toHaveLength(1)
      }
      await db.close()
      await remove()
    },
  )
})
