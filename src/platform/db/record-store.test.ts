import { expect, it } from 'vitest'
import { createTable, type Migration } from '../../kernel/migration.ts'
import { describeDatabases } from '../../testing/databases.ts'
import { isUniqueViolation, recordStore } from './index.ts'

interface Tables {
  trials: {
    id: string
    name: string
    cursorSeq: number
    isOpen: number | null
    report: string | null
    settings: string
    endedAt: number | null
  }
}

interface Trial {
  readonly id: string
  readonly name: string
  readonly cursorSeq: number
  readonly isOpen: boolean
  readonly report?: { readonly words: readonly string[] } | undefined
  readonly endedAt?: number | undefined
  readonly limit?: number
  readonly labels?: readonly string[]
}

const migrations: Migration[] = [
  {
    name: 'test/001_trials',
    changes: [
      createTable('trials', {
        columns: {
          id: 'id',
          name: 'text',
          cursorSeq: 'int',
          isOpen: 'bool?',
          report: 'json?',
          settings: 'json',
          endedAt: 'time?',
        },
        primaryKey: ['id'],
        unique: [['name']],
      }),
    ],
  },
]

const trials = recordStore<Tables, 'trials', Trial>('trials', {
  id: 'plain',
  name: 'plain',
  cursorSeq: 'number',
  isOpen: 'boolean',
  report: 'json',
  settings: 'rest',
  endedAt: 'plain',
})

const first: Trial = { id: 't1', name: 'ä', cursorSeq: 2 ** 40, isOpen: true, limit: 3, labels: ['x', 'y'] }
const second: Trial = { id: 't2', name: 'b', cursorSeq: 0, isOpen: false, report: { words: [] }, endedAt: 7 }

describeDatabases('recordStore', migrations, (open) => {
  const filled = async () => {
    const db = (await open()).typed<Tables>()
    await db.transaction(async (tx) => {
      await trials.insert(tx.query, first)
      await trials.insert(tx.query, second)
    })
    return db
  }

  it('gives back what was put in: absent fields, JSON, and those without a column of their own', async () => {
    const { read } = await filled()
    expect(await trials.find(read, { id: 't1' })).toEqual(first)
    expect(await trials.find(read, { id: 't2' })).toEqual(second)
    expect(await trials.find(read, { id: 't3' })).toBeUndefined()
  })

  it('asks for absent values, for any of a list, and for nothing by undefined', async () => {
    const { read } = await filled()
    const ids = async (where: Parameters<typeof trials.list>[1]) => (await trials.list(read, where)).map(({ id }) => id)
    expect(await ids({ endedAt: null })).toEqual(['t1'])
    expect(await ids({ name: ['b', 'c'], endedAt: 7 })).toEqual(['t2'])
    expect(await ids({ name: [] })).toEqual([])
    expect((await ids({ name: undefined })).sort()).toEqual(['t1', 't2'])
  })

  it('pages from the newest to the oldest', async () => {
    const { read } = await filled()
    const { items, nextCursor } = await trials.page(read, { limit: 1 })
    expect(items).toEqual([second])
    expect(await trials.page(read, { limit: 1, cursor: nextCursor })).toEqual({ items: [first] })
  })

  it('changes a record only while it is as it was read, and makes fields absent', async () => {
    const db = await filled()
    const change = (where: Parameters<typeof trials.change>[1], fields: Partial<Trial>) =>
      db.transaction((tx) => trials.change(tx.query, where, fields))
    expect(await change({ id: 't1', endedAt: null }, { endedAt: 9, isOpen: false })).toBe(true)
    expect(await change({ id: 't1', endedAt: null }, { endedAt: 10 })).toBe(false)
    expect(await change({ id: 't2' }, { report: undefined })).toBe(true)
    const { report: _report, ...reportless } = second
    expect(await trials.list(db.read, { id: ['t1', 't2'] })).toEqual(
      expect.arrayContaining([{ ...first, endedAt: 9, isOpen: false }, reportless]),
    )
  })

  it('tells that one is there already, or throws', async () => {
    const db = await filled()
    const again: Trial = { ...first, id: 't4' }
    expect(await db.transaction((tx) => trials.insertUnlessThere(tx.query, again))).toBe(false)
    const insertion = db.transaction((tx) => trials.insert(tx.query, again))
    await expect(insertion).rejects.toSatisfy((error) => isUniqueViolation(error))
  })
})
