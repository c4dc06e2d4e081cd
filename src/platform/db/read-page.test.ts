import { expect, it } from 'vitest'
import { createTable, type Migration } from '../../kernel/migration.ts'
import { encodeCursor, type PageQuery } from '../../kernel/paging.ts'
import { describeDatabases } from '../../testing/databases.ts'
import { type PageOrder, readPage, type TypedDatabase } from './index.ts'

interface Tables {
  points: { id: string; step: number; value: number }
}

const migrations: Migration[] = [
  {
    name: 'test/001_points',
    changes: [createTable('points', { columns: { id: 'id', step: 'int', value: 'real' }, primaryKey: ['id'] })],
  },
]

const rows = [0, 1, 1, 2, 2, 2].map((step, index) => ({
  id: `p${index}`,
  step,
  value: [Number.POSITIVE_INFINITY, 0.5, Number.NEGATIVE_INFINITY][index % 3] ?? 0,
}))

describeDatabases('readPage', migrations, (open) => {
  const filled = async () => {
    const db = (await open()).typed<Tables>()
    await db.transaction((tx) => tx.query.insertInto('points').values(rows).execute())
    return db
  }
  const page = (db: TypedDatabase<Tables>, order: PageOrder<{ p: Tables['points'] }, 'p'>, query: PageQuery) =>
    readPage(db.read.selectFrom('points as p').selectAll(), order, query, (row) => row.id)
  async function walk(db: TypedDatabase<Tables>, order: PageOrder<{ p: Tables['points'] }, 'p'>, limit: number) {
    const pages: string[][] = []
    let cursor: string | undefined
    do {
      const { items, nextCursor } = await page(db, order, { limit, cursor })
      pages.push(items)
      cursor = nextCursor
    } while (cursor !== undefined)
    return pages
  }

  it('reads every row once, whichever ways the columns run, infinities among them', async () => {
    const db = await filled()
    expect(await walk(db, { 'p.id': 'desc' }, 4)).toEqual([
      ['p5', 'p4', 'p3', 'p2'],
      ['p1', 'p0'],
    ])
    expect(await walk(db, { step: 'asc', value: 'asc', id: 'asc' }, 2)).toEqual([
      ['p0', 'p2'],
      ['p1', 'p5'],
      ['p4', 'p3'],
    ])
    expect(await walk(db, { 'p.step': 'desc', 'p.value': 'asc', 'p.id': 'desc' }, 1)).toEqual(
      ['p5', 'p4', 'p3', 'p2', 'p1', 'p0'].map((id) => [id]),
    )
  })

  it('reads a cursor whose number was written as text, and refuses one of another list', async () => {
    const db = await filled()
    const order = { step: 'asc', value: 'asc', id: 'asc' } as const
    const old = await page(db, order, { limit: 10, cursor: encodeCursor([1, '0.5', 'p1']) })
    expect(old).toEqual({ items: ['p5', 'p4', 'p3'] })
    await expect(page(db, order, { limit: 10, cursor: encodeCursor([1]) })).rejects.toThrow('was not made by this list')
  })
})
