/** PostgreSQL (15 or newer) through `pg`, loaded only when configured. BIGINT arrives as number: ours stay below 2^53. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { Kysely, PostgresDialect } from 'kysely'
import { isAppError } from '../../kernel/errors.ts'
import { type Database, type DatabaseOptions, databaseErrors, type TypedDatabase, type TypedTx } from './database.ts'
import { postgresDialect } from './dialect.ts'

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
  // An idle connection that the server closes is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  if (options.mayBeAway !== true) await checkReachable(pool, options.url)
  const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  const inside = new AsyncLocalStorage<true>()

  async function transaction<T>(work: (tx: TypedTx<unknown>) => Promise<T>): Promise<T> {
    if (inside.getStore()) throw new Error('transaction inside a transaction: pass tx down instead')
    const wakes: (() => void)[] = []
    const result = await inside.run(true, () =>
      kysely
        .transaction()
        .execute((query) => work(makeTx(query, wakes)))
        .catch((error) => {
          throw translatePostgres(error, options.url)
        }),
    )
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

async function checkReachable(
  pool: { query(text: string): Promise<unknown>; end(): Promise<void> },
  url: string,
): Promise<void> {
  try {
    await pool.query('select 1')
  } catch (error) {
    await pool.end()
    throw databaseErrors.database_unreachable(
      { url: withoutPassword(url), problem: messageOf(error) },
      { cause: error },
    )
  }
}

/** SQLSTATE classes a person can act on (postgresql.org: errcodes-appendix). */
function translatePostgres(error: unknown, url: string): unknown {
  if (isAppError(error) || !(error instanceof Error) || !('code' in error)) return error
  const details = { url: withoutPassword(url), problem: error.message }
  if (error.code === '53100') return databaseErrors.disk_full({ what: 'the PostgreSQL database' }, { cause: error })
  const code = String(error.code)
  if (code.startsWith('08') || code.startsWith('57P') || code === 'ECONNREFUSED' || code === 'ECONNRESET') {
    return databaseErrors.database_unreachable(details, { cause: error })
  }
  return error
}

export function withoutPassword(url: string): string {
  return url.replace(/(\/\/[^:/@]*):[^@]*@/, '$1:***@')
}

// A refused connection to several addresses arrives as AggregateError with an empty message.
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
