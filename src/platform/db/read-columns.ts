import { type Expression, PostgresAdapter, type QueryExecutorProvider, sql } from 'kysely'
import type { ColumnKind } from '../../kernel/migration.ts'

/** A query of Kysely's builder; the order of its rows does not matter. */
export interface RowsQuery<Row> extends Expression<Row> {
  execute(): Promise<Row[]>
}

/**
 * The rows of a query that answers thousands of narrow ones, at the least cost of this program. A value from PostgreSQL
 * arrives as a text of its own, which is cut and parsed by itself; here each column arrives as one JSON array instead.
 * The kinds are those of the columns read, in a common subset that JSON holds: BIGINT stays below 2^53 with us.
 */
export async function readColumns<Row extends object>(
  db: QueryExecutorProvider,
  query: RowsQuery<Row>,
  columns: Readonly<Record<keyof Row & string, Exclude<ColumnKind, 'bytes'>>>,
): Promise<Row[]> {
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) return query.execute()
  const kinds = Object.entries<ColumnKind>(columns)
  const arrays = kinds.map(([name]) => sql`array_to_json(array_agg(${sql.ref(name)})) as ${sql.ref(name)}`)
  const answer = await sql<Record<string, unknown[] | null>>`select ${sql.join(arrays)} from ${query} as rows`.execute(
    db,
  )
  const lists = kinds.map(([name, kind]) => [name, valuesOf(answer.rows[0]?.[name] ?? [], kind)] as const)
  const count = lists[0]?.[1].length ?? 0
  return Array.from({ length: count }, (_, row) => {
    const made: Record<string, unknown> = {}
    for (const [name, values] of lists) made[name] = values[row]
    return made as Row
  })
}

/** JSON has no infinities: PostgreSQL writes them as the texts `Infinity` and `-Infinity`. */
function valuesOf(values: readonly unknown[], kind: ColumnKind): readonly unknown[] {
  return kind === 'real' ? values.map((value) => (typeof value === 'string' ? Number(value) : value)) : values
}
