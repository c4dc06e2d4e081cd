import { type Kysely, sql } from 'kysely'
import type { Column, ColumnKind, IndexShape, Migration, SchemaChange, TableShape } from '../../kernel/migration.ts'
import { type Database, databaseErrors, type TypedTx } from './database.ts'
import type { Dialect } from './dialect.ts'

interface MigrationTables {
  slipway_migrations: { name: string; appliedAt: number }
}

// Any constant; replicas that start together take turns.
const migrationLock = 7_309_111

/**
 * Brings the schema up to date in one transaction: all pending migrations or none. Refuses a database that has
 * migrations this program does not know (it was used by a newer version). Returns the names applied now.
 */
export async function migrate(database: Database, migrations: readonly Migration[], now: number): Promise<string[]> {
  const names = new Set(migrations.map((migration) => migration.name))
  if (names.size < migrations.length) throw new Error('two migrations have the same name')
  return database.typed<MigrationTables>().transaction(async (tx) => {
    if (tx.dialect.isShared) await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(tx.query)
    await sql`create table if not exists slipway_migrations ("name" text primary key, "appliedAt" bigint not null)`.execute(
      tx.query,
    )
    const applied = new Set(
      (await tx.query.selectFrom('slipway_migrations').select('name').execute()).map((row) => row.name),
    )
    const newer = [...applied].find((name) => !names.has(name))
    if (newer !== undefined) throw databaseErrors.database_newer({ migration: newer })
    const pending = migrations.filter((migration) => !applied.has(migration.name))
    for (const migration of pending) {
      for (const change of migration.changes) await applyChange(tx, change)
      await tx.query.insertInto('slipway_migrations').values({ name: migration.name, appliedAt: now }).execute()
    }
    return pending.map((migration) => migration.name)
  })
}

/**
 * Refuses a database whose schema is not exactly the one of this program, and changes nothing: for a process that works on
 * a database of which another one has the care.
 */
export async function requireSchema(database: Database, migrations: readonly Migration[]): Promise<void> {
  const applied = await listApplied(database)
  const names = new Set(migrations.map((migration) => migration.name))
  const newer = [...applied].find((name) => !names.has(name))
  if (newer !== undefined) throw databaseErrors.database_newer({ migration: newer })
  const missing = migrations.find(({ name }) => !applied.has(name))
  if (missing !== undefined) throw databaseErrors.database_older({ migration: missing.name })
}

async function listApplied(database: Database): Promise<ReadonlySet<string>> {
  const { read } = database.typed<MigrationTables>()
  const tables = await read.introspection.getTables()
  if (!tables.some(({ name }) => name === 'slipway_migrations')) return new Set()
  return new Set((await read.selectFrom('slipway_migrations').select('name').execute()).map((row) => row.name))
}

async function applyChange(tx: TypedTx<MigrationTables>, change: SchemaChange): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(tx.query as unknown as Kysely<unknown>)
  switch (change.change) {
    case 'createTable':
      await run(createTableText(change.table, change.shape, tx.dialect))
      for (const index of change.shape.indexes ?? []) await run(createIndexText(change.table, index))
      return
    case 'addColumn':
      await run(`alter table ${quote(change.table)} add column ${columnText(change.name, change.column, tx.dialect)}`)
      return
    case 'statement':
      await run(change.text)
      return
    case 'createIndex':
      await run(createIndexText(change.table, change.index))
      return
    case 'dropTable':
      await run(`drop table ${quote(change.table)}`)
  }
}

function createTableText(table: string, shape: TableShape, dialect: Dialect): string {
  const columns = Object.entries(shape.columns).map(([name, column]) => columnText(name, column, dialect))
  const keys = [
    ...(shape.primaryKey === undefined ? [] : [`primary key (${list(shape.primaryKey)})`]),
    ...(shape.unique ?? []).map((unique) => `unique (${list(unique)})`),
  ]
  return `create table ${quote(table)} (${[...columns, ...keys].join(', ')})${shape.isClustered ? dialect.clusteredTable : ''}`
}

function columnText(name: string, column: Column, dialect: Dialect): string {
  const isOptional = column.endsWith('?')
  const kind = (isOptional ? column.slice(0, -1) : column) as ColumnKind
  const constraint = isOptional || kind === 'serial' ? '' : ' not null'
  return `${quote(name)} ${dialect.columnTypes[kind]}${constraint}`
}

function createIndexText(table: string, index: IndexShape): string {
  const name = quote(
    `${table}_${index.columns.join('_').replace(/[^A-Za-z0-9_]/g, '')}${index.where === undefined ? '' : '_where'}`,
  )
  const where = index.where === undefined ? '' : ` where ${index.where}`
  return `create ${index.unique ? 'unique ' : ''}index ${name} on ${quote(table)} (${list(index.columns)})${where}`
}

/** `createdAt desc` is allowed as an index column. */
function list(columns: readonly string[]): string {
  return columns.map((column) => column.replace(/^\S+/, quote)).join(', ')
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
