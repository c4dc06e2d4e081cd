import type { Kysely } from 'kysely'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import { readPage } from './read-page.ts'

/**
 * How a column holds its field. `plain` as it is, SQL's null being an absent field; `number` may come as text (PostgreSQL's
 * 64-bit integers); `boolean` is 1 or 0; `rest` is the JSON of all fields that have no column of their own.
 */
export type ColumnForm = 'plain' | 'number' | 'boolean' | 'json' | 'rest'

/** Values of columns: null asks for an absent one, a list for any of it, undefined for nothing. */
export type Where<Row> = { readonly [Column in keyof Row]?: Row[Column] | readonly Row[Column][] | undefined }

/** What most tables of records are asked: by id, newest first, and a change that holds only where nobody was faster. */
export interface RecordStore<Tables, Row, Item> {
  readonly find: (db: Kysely<Tables>, where: Where<Row>) => Promise<Item | undefined>
  /** In no order. */
  readonly list: (db: Kysely<Tables>, where: Where<Row>) => Promise<Item[]>
  /** Newest first: ids grow. */
  readonly page: (db: Kysely<Tables>, query: PageQuery, where?: Where<Row>) => Promise<Page<Item>>
  readonly insert: (db: Kysely<Tables>, item: Item) => Promise<void>
  /** False when one is there already that is the same in what must be unique. */
  readonly insertUnlessThere: (db: Kysely<Tables>, item: Item) => Promise<boolean>
  /**
   * Fields that are undefined become absent; those without a column of their own never change. False when no row is as
   * `where` has it any more.
   */
  readonly change: (db: Kysely<Tables>, where: Where<Row>, fields: Partial<Item>) => Promise<boolean>
}

/** The records of a table whose key is `id`, each column in its form. */
export function recordStore<Tables, Table extends keyof Tables & string, Item extends { readonly id: string }>(
  table: Table,
  forms: { readonly [Column in keyof Tables[Table]]: ColumnForm },
): RecordStore<Tables, Tables[Table], Item> {
  const columns = Object.entries<ColumnForm>(forms)
  // The columns are known by their types outside, and in here by their names.
  const untyped = (db: Kysely<Tables>) => db as unknown as Kysely<Record<string, AnyRow>>
  const select = (db: Kysely<Tables>, where: Where<Tables[Table]> = {}) => {
    const query = untyped(db).selectFrom<string>(table).selectAll()
    return conditionsOf(where).reduce(
      (narrowed, [name, operator, value]) => narrowed.where(name, operator, value),
      query,
    )
  }
  const toItem = (row: AnyRow) => readRow(columns, row) as unknown as Item
  const insertion = (db: Kysely<Tables>, item: Item) => {
    const row = { ...writeRow(columns, item), ...writeRest(columns, item) }
    return untyped(db).insertInto<string>(table).values(row)
  }
  return {
    find: async (db, where) => {
      const row = await select(db, where).executeTakeFirst()
      return row === undefined ? undefined : toItem(row)
    },
    list: async (db, where) => (await select(db, where).execute()).map(toItem),
    page: (db, query, where) => readPage(select(db, where), { id: 'desc' }, query, toItem),
    insert: async (db, item) => {
      await insertion(db, item).execute()
    },
    insertUnlessThere: async (db, item) => {
      const result = await insertion(db, item)
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow()
      return result.numInsertedOrUpdatedRows === 1n
    },
    change: async (db, where, fields) => {
      const update = untyped(db).updateTable<string>(table).set(writeRow(columns, fields))
      const narrowed = conditionsOf(where).reduce(
        (so, [name, operator, value]) => so.where(name, operator, value),
        update,
      )
      return (await narrowed.executeTakeFirstOrThrow()).numUpdatedRows === 1n
    },
  }
}

type AnyRow = Record<string, unknown>
type Columns = readonly (readonly [name: string, form: ColumnForm])[]

function conditionsOf(where: object): (readonly [string, 'is' | 'in' | '=', unknown])[] {
  return Object.entries(where).flatMap(([name, value]) => (value === undefined ? [] : [conditionOf(name, value)]))
}

function conditionOf(name: string, value: unknown) {
  if (value === null) return [name, 'is', null] as const
  if (!Array.isArray(value)) return [name, '=', value] as const
  // Nothing equals null: PostgreSQL refuses an empty list.
  return [name, 'in', value.length === 0 ? [null] : value] as const
}

function readRow(columns: Columns, row: AnyRow): AnyRow {
  const fields = columns.flatMap(([name, form]): (readonly [string, unknown])[] => {
    const value = row[name]
    if (value === null || value === undefined) return form === 'boolean' ? [[name, false]] : []
    if (form === 'rest') return Object.entries(JSON.parse(String(value)))
    if (form === 'json') return [[name, JSON.parse(String(value))]]
    if (form === 'number') return [[name, Number(value)]]
    return [[name, form === 'boolean' ? value === 1 : value]]
  })
  return Object.fromEntries(fields)
}

function writeRow(columns: Columns, item: object): AnyRow {
  const forms = new Map(columns)
  const fields = Object.entries(item).flatMap(([name, value]) => {
    const form = forms.get(name)
    if (form === undefined || form === 'rest') return []
    if (value === undefined) return [[name, null]]
    return [[name, form === 'json' ? JSON.stringify(value) : form === 'boolean' ? Number(value) : value]]
  })
  return Object.fromEntries(fields)
}

function writeRest(columns: Columns, item: object): AnyRow {
  const forms = new Map(columns)
  const rest = Object.fromEntries(Object.entries(item).filter(([name]) => !forms.has(name)))
  return Object.fromEntries(columns.flatMap(([name, form]) => (form === 'rest' ? [[name, JSON.stringify(rest)]] : [])))
}
