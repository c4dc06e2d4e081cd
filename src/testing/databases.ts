import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, inject } from 'vitest'
import type { Migration } from '../kernel/migration.ts'
import { type Database, type DialectName, migrate, openDatabase } from '../platform/db/index.ts'

export const dialectNames: readonly DialectName[] = ['sqlite', 'postgres']

/** A new, empty place for a database: its URL and how to remove it. */
export async function newDatabaseUrl(dialect: DialectName): Promise<{ url: string; remove(): Promise<void> }> {
  if (dialect === 'sqlite') {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-test-'))
    return { url: `file:${join(folder, 'slipway.db')}`, remove: () => rm(folder, { recursive: true, force: true }) }
  }
  const server = inject('postgresUrl')
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name}`)
  return { url: `${server}/${name}`, remove: () => administer(server, `drop database if exists ${name} with (force)`) }
}

/**
 * Runs `suite` once on a real SQLite file and once on a real PostgreSQL. `open` gives a new, empty database, migrated with
 * `migrations`; all are closed and removed at the end.
 *
 *   describeDatabases('registry store', registryMigrations, (open) => {
 *     it('refuses a second version with the same name', async () => { const db = await open(); … })
 *   })
 */
export function describeDatabases(
  name: string,
  migrations: readonly Migration[],
  suite: (open: () => Promise<Database>, dialect: DialectName) => void,
): void {
  describe.each(dialectNames)(`${name} on %s`, (dialect) => {
    const cleanups: (() => Promise<void>)[] = []
    afterAll(async () => {
      for (const cleanup of cleanups.reverse()) await cleanup()
    })
    suite(async () => {
      const { url, remove } = await newDatabaseUrl(dialect)
      const database = await openDatabase({ url, synchronous: 'normal' })
      cleanups.push(remove, () => database.close())
      await migrate(database, migrations, Date.now())
      return database
    }, dialect)
  })
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${server}/postgres` })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
