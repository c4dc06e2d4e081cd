import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Condition, Field, Filter, FilterValue, Operator } from '../../kernel/filter.ts'
import { filterProblem } from '../../kernel/filter-tokens.ts'
import type { Dialect } from './dialect.ts'

/** How a field of a filter is found in the tables of the module that searches. */
export interface FilterColumn {
  readonly type: 'text' | 'number'
  /** The rows where the field exists and passes the test. */
  readonly where: (test: (column: RawBuilder<unknown>) => RawBuilder<SqlBool>) => RawBuilder<SqlBool>
  /** The rows where the field does not exist. */
  readonly isAbsent: RawBuilder<SqlBool>
  /** The same field where it is compared with numbers, for texts that may be numbers. */
  readonly asNumber?: FilterColumn
}

export interface FilterScope {
  readonly dialect: Dialect
  /** The filter as written, for errors that point into it. */
  readonly text: string
  /** A text instead of a column says why there is none: `runs have no attribute "x"`. */
  readonly column: (field: Field) => FilterColumn | string
  /** Turns a value as it is written into that which is compared; as it is when absent. */
  readonly value?: ((field: Field, value: FilterValue) => FilterValue) | undefined
}

/** A plain column of the table that is searched. */
export function plainColumn(type: 'text' | 'number', column: RawBuilder<unknown>): FilterColumn {
  return { type, where: (test) => test(column), isAbsent: sql<SqlBool>`${column} is null` }
}

/** A filter as a SQL condition. Every value is a bound parameter. Throws `filter_invalid`. */
export function filterToSql(filter: Filter, scope: FilterScope): RawBuilder<SqlBool> {
  if (filter.kind === 'condition') return conditionToSql(filter, scope)
  if (filter.kind === 'not') return sql<SqlBool>`not (${filterToSql(filter.part, scope)})`
  const parts = filter.parts.map((part) => filterToSql(part, scope))
  return sql<SqlBool>`(${sql.join(parts, filter.kind === 'and' ? sql` and ` : sql` or `)})`
}

function conditionToSql(condition: Condition, scope: FilterScope): RawBuilder<SqlBool> {
  const { field, operator, value } = condition
  const found = scope.column(field)
  if (typeof found === 'string') throw filterProblem(scope.text, field.at, found)
  if (value === undefined) {
    return operator === 'IS NULL' ? found.isAbsent : sql<SqlBool>`not (${found.isAbsent})`
  }
  const given = typeof value === 'object' ? value : [value]
  const values = scope.value === undefined ? given : given.map((one) => scope.value?.(field, one) ?? one)
  const column = (typeof values[0] === 'number' ? found.asNumber : undefined) ?? found
  const wanted = column.type === 'text' ? 'string' : 'number'
  if (values.some((one) => typeof one !== wanted)) {
    const name = column.type === 'text' ? 'a text in quotes' : 'a number'
    throw filterProblem(scope.text, condition.valueAt, `"${field.key}" is compared with ${name}`)
  }
  if (column.type === 'number' && operator.endsWith('LIKE')) {
    throw filterProblem(scope.text, condition.valueAt, `"${field.key}" is a number; LIKE compares texts`)
  }
  return column.where((expression) => testToSql(expression, operator, values, scope.dialect))
}

function testToSql(
  column: RawBuilder<unknown>,
  operator: Operator,
  values: readonly FilterValue[],
  dialect: Dialect,
): RawBuilder<SqlBool> {
  const first = values[0] ?? ''
  if (operator === 'IN' || operator === 'NOT IN') {
    return sql<SqlBool>`${column} ${sql.raw(operator.toLowerCase())} (${sql.join(values.map(bound))})`
  }
  if (operator.endsWith('LIKE')) {
    const like = dialect.like(column, String(first), operator.endsWith('ILIKE'))
    return operator.startsWith('NOT') ? sql<SqlBool>`not (${like})` : like
  }
  return sql<SqlBool>`${column} ${sql.raw(operator)} ${bound(first)}`
}

// A number that is no integer must not take the type of an integer column it is compared with.
function bound(value: FilterValue): RawBuilder<unknown> {
  const isPlain = typeof value === 'string' || Number.isSafeInteger(value)
  return isPlain ? sql`${value}` : sql`cast(${value} as double precision)`
}
