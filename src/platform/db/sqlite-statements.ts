import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import { translateSqlite } from './sqlite-errors.ts'

// Statements of one server are a few hundred; multi-row inserts of odd sizes are what needs the bound.
const maxStatements = 500

/** `node:sqlite` in the shape that Kysely's SQLite driver expects, with prepared statements kept and least used dropped. */
export function statementCache(connection: DatabaseSync, url: string): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>()
  return {
    prepare: (text) => {
      const known = cache.get(text)
      if (known !== undefined) {
        cache.delete(text)
        cache.set(text, known)
        return known
      }
      const statement = prepare(connection, text, url)
      cache.set(text, statement)
      if (cache.size > maxStatements) cache.delete(cache.keys().next().value ?? '')
      return statement
    },
    close: () => cache.clear(),
  }
}

function prepare(connection: DatabaseSync, text: string, url: string): SqliteStatement {
  const guard = <T>(run: () => T): T => {
    try {
      return run()
    } catch (error) {
      throw translateSqlite(error, url)
    }
  }
  const statement: StatementSync = guard(() => connection.prepare(text))
  const bind = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => guard(() => statement.all(...bind(parameters))),
    run: (parameters) => guard(() => statement.run(...bind(parameters))),
    iterate: (parameters) => statement.iterate(...bind(parameters)),
  }
}
