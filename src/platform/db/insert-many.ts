import { CompiledQuery } from 'kysely'
import type { ColumnKind } from '../../kernel/migration.ts'
import type { InsertTarget, SqlValue } from './insert-target.ts'

// Rows per statement. Every number of rows is a sum of these, so a table needs only this many texts, and each stays prepared.
const chunkSizes = [256, 64, 16, 4, 1]

const texts = new WeakMap<InsertTarget, Map<number, string>>()

/** SQLite: a few sizes of `VALUES (?, …), …`. */
export function insertChunks(target: InsertTarget, rows: readonly (readonly SqlValue[])[]): CompiledQuery<unknown>[] {
  const queries: CompiledQuery<unknown>[] = []
  let next = 0
  for (const size of chunkSizes) {
    while (rows.length - next >= size) {
      queries.push(CompiledQuery.raw(chunkText(target, size), rows.slice(next, next + size).flat()))
      next += size
    }
  }
  return queries
}

function chunkText(target: InsertTarget, size: number): string {
  const known = texts.get(target) ?? new Map<number, string>()
  texts.set(target, known)
  const text = known.get(size)
  if (text !== undefined) return text
  const row = `(${Object.keys(target.columns).map(() => '?')})`
  const made = `${head(target)} values ${Array.from({ length: size }, () => row)} ${target.suffix}`
  known.set(size, made)
  return made
}

const arrayTypes: Record<Exclude<ColumnKind, 'serial' | 'bytes'>, string> = {
  id: 'text[]',
  text: 'text[]',
  json: 'text[]',
  int: 'bigint[]',
  time: 'bigint[]',
  real: 'double precision[]',
  bool: 'smallint[]',
}

/** PostgreSQL: one statement for any number of rows, one array per column. */
export function insertArrays(target: InsertTarget, rows: readonly (readonly SqlValue[])[]): CompiledQuery<unknown>[] {
  if (rows.length === 0) return []
  const known = texts.get(target) ?? new Map<number, string>()
  texts.set(target, known)
  const casts = Object.values(target.columns).map((kind, index) => `$${index + 1}::${arrayTypes[kind]}`)
  const text = known.get(0) ?? `${head(target)} select * from unnest(${casts.join(', ')}) ${target.suffix}`
  known.set(0, text)
  const columns = Object.keys(target.columns).map((_, index) => rows.map((row) => row[index] ?? null))
  return [CompiledQuery.raw(text, columns)]
}

function head(target: InsertTarget): string {
  return `insert into "${target.table}" (${Object.keys(target.columns)
    .map((name) => `"${name}"`)
    .join(', ')})`
}
