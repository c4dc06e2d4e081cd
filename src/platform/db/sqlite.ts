/**
 * SQLite through `node:sqlite`: one writing connection, one reading connection, WAL.
 *
 * Writers queue here, not in SQLite: whoever waits while a commit is under way joins the next group, each in its own
 * savepoint, and the group commits once (one fsync for many under synchronous=FULL). A failing member rolls back to its
 * savepoint and fails alone.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { type Database, type DatabaseOptions, databaseErrors, type TypedDatabase, type TypedTx } from './database.ts'
import { sqliteDialect } from './dialect.ts'
import { fairTurns } from './fair-turns.ts'
import { translateSqlite } from './sqlite-errors.ts'
import { statementCache } from './sqlite-statements.ts'

// A group this large commits in about 2 ms; larger ones only make its first member wait.
const maxGroup = 64

interface Waiting {
  run(): Promise<void>
  commit(): void
  fail(error: unknown): void
}

export function openSqlite(path: string, options: DatabaseOptions): Database {
  const writer = openConnection(path, options, false)
  // A memory database lives in its connection, so both roles share it.
  const reader = path === ':memory:' ? writer : openConnection(path, options, true)
  const write = kyselyOver(writer, options.url)
  const read = (reader === writer ? write : kyselyOver(reader, options.url)).withPlugin(fairTurns())
  const inside = new AsyncLocalStorage<true>()
  const queue: Waiting[] = []
  let draining: Promise<void> | undefined
  let closed = false

  async function drain(): Promise<void> {
    while (queue.length > 0) await commitGroup(queue.splice(0, maxGroup))
    draining = undefined
  }

  async function commitGroup(group: Waiting[]): Promise<void> {
    const done: Waiting[] = []
    try {
      writer.exec('BEGIN IMMEDIATE')
      for (const member of group) {
        writer.exec('SAVEPOINT member')
        try {
          await member.run()
          writer.exec('RELEASE member')
          done.push(member)
        } catch (error) {
          // A full disk may have rolled back the whole transaction: then there is no savepoint to return to.
          if (!writer.isTransaction) throw error
          writer.exec('ROLLBACK TO member; RELEASE member')
          member.fail(translateSqlite(error, options.url))
        }
      }
      writer.exec('COMMIT')
    } catch (error) {
      if (writer.isTransaction) writer.exec('ROLLBACK')
      for (const member of group) member.fail(translateSqlite(error, options.url))
      return
    }
    for (const member of done) member.commit()
  }

  function transaction<T>(work: (tx: TypedTx<unknown>) => Promise<T>): Promise<T> {
    if (inside.getStore()) throw new Error('transaction inside a transaction: pass tx down instead')
    if (closed) throw databaseErrors.database_busy({ url: options.url, problem: 'it is closed' })
    // The group runs in the context of whoever began it; each member has its own, or it would act in another's name.
    const inOwnContext = AsyncLocalStorage.snapshot()
    return new Promise<T>((resolve, reject) => {
      let result: T
      const wakes: (() => void)[] = []
      queue.push({
        run: () =>
          inOwnContext(() =>
            inside.run(true, async () => {
              wakes.length = 0
              result = await work(makeTx(write, wakes))
            }),
          ),
        commit: () => {
          for (const wake of wakes) wake()
          resolve(result)
        },
        fail: reject,
      })
      // One macrotask later: requests that arrived in the same turn of the loop share the commit.
      draining ??= new Promise<void>((resume) => setImmediate(resume)).then(drain)
    })
  }

  const database: TypedDatabase<unknown> = {
    dialect: sqliteDialect,
    read,
    transaction,
    typed: <Other>() => database as unknown as TypedDatabase<Other>,
    close: async () => {
      closed = true
      await draining
      if (reader !== writer) reader.close()
      writer.exec('PRAGMA optimize')
      writer.close()
    },
  }
  return database
}

function makeTx(query: Kysely<unknown>, wakes: (() => void)[]): TypedTx<unknown> {
  const tx: TypedTx<unknown> = {
    query,
    dialect: sqliteDialect,
    typed: <Other>() => tx as unknown as TypedTx<Other>,
    onCommit: (wake) => {
      wakes.push(wake)
    },
  }
  return tx
}

function openConnection(path: string, options: DatabaseOptions, readOnly: boolean): DatabaseSync {
  try {
    const connection = new DatabaseSync(path, { readOnly, enableForeignKeyConstraints: true, timeout: 5_000 })
    // 64 MiB of page cache for writing, 256 MiB mapped for reading: measured to help searches over millions of metric rows.
    if (readOnly) connection.exec('PRAGMA query_only = 1; PRAGMA mmap_size = 268435456; PRAGMA cache_size = -32768')
    else {
      connection.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${options.synchronous.toUpperCase()};
        PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000`)
    }
    return connection
  } catch (error) {
    throw translateSqlite(error, options.url)
  }
}

function kyselyOver(connection: DatabaseSync, url: string): Kysely<unknown> {
  return new Kysely<unknown>({ dialect: new SqliteDialect({ database: statementCache(connection, url) }) })
}
