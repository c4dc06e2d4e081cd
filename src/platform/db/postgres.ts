/** PostgreSQL (15 or newer) through `pg`, loaded only when configured. BIGINT arrives as number: ours stay below 2^53. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import type { Pool } from 'pg'
import type { Database, DatabaseOptions, TypedDatabase, TypedTx } from './database.ts'
import { postgresDialect } from './dialect.ts'
import { databaseUnreachable, translatePostgres } from './postgres-errors.ts'

// Object ids of PostgreSQL's BIGINT and NUMERIC types.
const BIGINT = 20
const NUMERIC = 1700

export async function openPostgres(options: DatabaseOptions): Promise<Database> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString: options.url,
    max: 10,
    application_name: 'slipway',
    connectionTimeoutMillis: 10_000,
    types: {
      getTypeParser: (id: number, format?: 'text' | 'binary') =>
        id === BIGINT || id === NUMERIC ? Number : pg.types.getTypeParser(id, format),
    },
  })
  // A lost connection is replaced by the pool when it was idle and fails the next statement when it was in use; without
  // a listener for either it would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  if (options.mayBeAway !== true) await checkReachable(pool, options.url)
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: translatingPool(pool, options.url) }) })
  const inside = new AsyncLocalStorage<true>()

  async function transaction<T>(work: (tx: TypedTx<unknown>) => Promise<T>): Promise<T> {
    if (inside.getStore()) throw new Error('transaction inside a transaction: pass tx down instead')
    const wakes: (() => void)[] = []
    const result = await inside.run(true, () => kysely.transaction().execute((query) => work(makeTx(query, wakes))))
    for (const wake of wakes) wake()
    return result
  }

  const database: TypedDatabase<unknown> = {
    dialect: postgresDialect,
    read: kysely,
    transaction,
    typed: <Other>() => database as unknown as TypedDatabase<Other>,
    close: () => kysely.destroy(),
  }
  return database
}

/** The pool as Kysely uses it, whose failures are ours where a person can act on them. */
function translatingPool(pool: Pool, url: string): PostgresPool {
  const fail = (error: unknown) => {
    throw translatePostgres(error, url)
  }
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect().catch(fail)
      const query = (sql: string, values: unknown[] = []) => client.query(sql, values.map(storable)).catch(fail)
      // The other signature, of cursors, is for streams, which need a cursor in the dialect's options.
      return { query: query as unknown as PostgresPoolClient['query'], release: (isBroken) => client.release(isBroken) }
    },
  }
}

/**
 * PostgreSQL keeps no zero byte in a text. One that came from outside must not fail for ever what tries again until it is
 * stored, as predictions and events do: it becomes U+FFFD.
 */
function storable(value: unknown): unknown {
  if (Array.isArray(value)) return value.some(hasZero) ? value.map(storable) : value
  return hasZero(value) ? value.replaceAll('\0', '\ufffd') : value
}

function hasZero(value: unknown): value is string {
  return typeof value === 'string' && value.includes('\0')
}

function makeTx(query: Kysely<unknown>, wakes: (() => void)[]): TypedTx<unknown> {
  const tx: TypedTx<unknown> = {
    query,
    dialect: postgresDialect,
    typed: <Other>() => tx as unknown as TypedTx<Other>,
    onCommit: (wake) => {
      wakes.push(wake)
    },
  }
  return tx
}

async function checkReachable(pool: Pool, url: string): Promise<void> {
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    throw databaseUnreachable(error, url)
  }
}
