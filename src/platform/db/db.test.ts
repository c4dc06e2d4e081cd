import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { hasCode } from '../../kernel/errors.ts'
import { addColumn, createIndex, createTable, type Migration } from '../../kernel/migration.ts'
import { sleep } from '../../kernel/retry.ts'
import { describeDatabases, newDatabaseUrl } from '../../testing/databases.ts'
import { gateTo } from '../../testing/gate.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { isUniqueViolation, migrate, openDatabase, readColumns, requireSchema } from './index.ts'

interface Tables {
  things: {
    id: string
    size: number
    ratio: number | null
    isBig: 0 | 1
    body: Uint8Array | null
    note?: string | null
  }
}

const migrations: Migration[] = [
  {
    name: 'test/001_things',
    changes: [
      createTable('things', {
        columns: { id: 'id', size: 'int', ratio: 'real?', isBig: 'bool', body: 'bytes?' },
        primaryKey: ['id'],
        indexes: [{ columns: ['size desc', 'id'], where: '"isBig" = 1' }],
      }),
    ],
  },
]

const thing = (id: string, size = 1) => ({ id, size, ratio: 0.1, isBig: 1 as const, body: new Uint8Array([0, 255]) })

describeDatabases('database', migrations, (open, dialect) => {
  it('stores and finds a text with a zero byte', async () => {
    const db = (await open()).typed<Tables>()
    await db.transaction((tx) =>
      tx.query
        .insertInto('things')
        .values([thing('a\0b'), thing('\0'), thing('c')])
        .execute(),
    )
    const found = db.read.selectFrom('things').select('id').where('id', 'in', ['a\0b', '\0', 'd'])
    expect(await found.execute()).toHaveLength(2)
    // Many rows at once go there as arrays.
    const texts = sql<{ text: string }>`select unnest(${['a\0b', 'c']}::text[]) as text`
    if (dialect === 'postgres')
      expect((await texts.execute(db.read)).rows).toEqual([{ text: 'a\ufffdb' }, { text: 'c' }])
  })

  it('keeps integers up to 2^53, doubles and bytes as they were', async () => {
    const db = (await open()).typed<Tables>()
    await db.transaction((tx) => tx.query.insertInto('things').values(thing('a', Number.MAX_SAFE_INTEGER)).execute())
    const row = await db.read.selectFrom('things').selectAll().executeTakeFirstOrThrow()
    expect({ ...row, body: [...(row.body ?? [])] }).toEqual({
      id: 'a',
      size: Number.MAX_SAFE_INTEGER,
      ratio: 0.1,
      isBig: 1,
      body: [0, 255],
    })
  })

  it('reads columns as rows of the same values, infinities, tiny numbers and nulls among them', async () => {
    const db = (await open()).typed<Tables>()
    const ratios = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 1 / 3, -1.7976931348623157e308, null]
    const rows = ratios.map((ratio, index) => ({
      ...thing(`"${index}\n\u{1F600}`, Number.MIN_SAFE_INTEGER + index),
      ratio,
    }))
    const query = db.read.selectFrom('things').select(['id', 'size', 'ratio', 'isBig'])
    const columns = { id: 'id', size: 'int', ratio: 'real', isBig: 'bool' } as const
    expect(await readColumns(db.read, query, columns)).toEqual([])
    await db.transaction((tx) => tx.query.insertInto('things').values(rows).execute())
    const read = await readColumns(db.read, query, columns)
    const wanted = rows.map(({ id, size, ratio, isBig }) => ({ id, size, ratio, isBig }))
    expect(read.toSorted((a, b) => a.size - b.size)).toEqual(wanted)
  })

  it('lets timers and requests be heard through a long chain of reads', async () => {
    const db = (await open()).typed<Tables>()
    let isOver = false
    const heard = new Promise<boolean>((resolve) => setTimeout(() => resolve(!isOver), 20))
    const end = performance.now() + 300
    while (performance.now() < end) await db.read.selectFrom('things').select('id').execute()
    isOver = true
    expect(await heard).toBe(true)
  })

  it('sorts text by code point on both databases', async () => {
    const db = (await open()).typed<Tables>()
    await db.transaction((tx) =>
      tx.query
        .insertInto('things')
        .values(['b', 'B', 'é', 'a', '_'].map((id) => thing(id)))
        .execute(),
    )
    const rows = await db.read.selectFrom('things').select('id').orderBy('id').execute()
    expect(rows.map((row) => row.id)).toEqual(['B', '_', 'a', 'b', 'é'])
  })

  it('rolls a failed transaction back whole and leaves its neighbours alone', async () => {
    const db = (await open()).typed<Tables>()
    const woken: string[] = []
    const outcomes = await Promise.allSettled(
      ['a', 'fails', 'b'].map((id) =>
        db.transaction(async (tx) => {
          await tx.query.insertInto('things').values(thing(id)).execute()
          tx.onCommit(() => woken.push(id))
          if (id === 'fails') throw new Error('on purpose')
          return id
        }),
      ),
    )
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const rows = await db.read.selectFrom('things').select('id').orderBy('id').execute()
    expect(rows.map((row) => row.id)).toEqual(['a', 'b'])
    expect(woken.sort()).toEqual(['a', 'b'])
  })

  it('recognises a unique violation and fails only the transaction that caused it', async () => {
    const db = (await open()).typed<Tables>()
    const insert = () => db.transaction((tx) => tx.query.insertInto('things').values(thing('same')).execute())
    const outcomes = await Promise.allSettled([insert(), insert()])
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(failures).toHaveLength(1)
    expect(isUniqueViolation(failures[0]?.reason)).toBe(true)
  })

  it('refuses a transaction inside a transaction', async () => {
    const db = await open()
    await expect(db.transaction(() => db.transaction(async () => {}))).rejects.toThrow('pass tx down')
  })

  it('applies later migrations to existing rows, once', async () => {
    const db = (await open()).typed<Tables>()
    await db.transaction((tx) => tx.query.insertInto('things').values(thing('old')).execute())
    const more = [
      ...migrations,
      {
        name: 'test/002_note',
        changes: [addColumn('things', 'note', 'text?'), createIndex('things', { columns: ['note'] })],
      },
    ]
    expect(await migrate(db, more, 1)).toEqual(['test/002_note'])
    expect(await migrate(db, more, 2)).toEqual([])
    const row = await db.read.selectFrom('things').select(['id', 'note']).executeTakeFirstOrThrow()
    expect(row).toEqual({ id: 'old', note: null })
  })

  it('applies no migration of a set in which one fails', async () => {
    const db = (await open()).typed<Tables>()
    const broken = [
      ...migrations,
      { name: 'test/002_good', changes: [createTable('other', { columns: { id: 'id' } })] },
      { name: 'test/003_bad', changes: [addColumn('missing', 'x', 'text?')] },
    ]
    await expect(migrate(db, broken, 1)).rejects.toThrow()
    await expect(sql`select * from other`.execute(db.typed<Tables>().read)).rejects.toThrow()
  })

  it('refuses a database that a newer version used, and names the migration', async () => {
    const db = await open()
    await migrate(db, [...migrations, { name: 'test/009_future', changes: [] }], 1)
    const refusal = await migrate(db, migrations, 2).catch((error) => error)
    expect(hasCode(refusal, 'database_newer')).toBe(true)
    expect(refusal.message).toContain('test/009_future')
  })

  it('requires the very schema of this program where another process makes it', async () => {
    const db = await open()
    const newer = { name: 'test/009_future', changes: [] }
    await requireSchema(db, migrations)
    await expect(requireSchema(db, [...migrations, newer])).rejects.toMatchObject({ code: 'database_older' })
    await migrate(db, [...migrations, newer], 1)
    await expect(requireSchema(db, migrations)).rejects.toMatchObject({ code: 'database_newer' })
  })

  it('reads a field of a JSON column', async () => {
    const db = await open()
    const field = db.dialect.jsonField('j', 'name')
    const found = await sql<{
      v: string
    }>`select ${field} as v from (select ${'{"name":"x\\"y","n":1}'} as j) as t`.execute(db.typed<Tables>().read)
    expect(found.rows[0]?.v).toBe('x"y')
  })

  it(`commits concurrent transactions of many callers (${dialect})`, async () => {
    const db = (await open()).typed<Tables>()
    const ids = Array.from({ length: 200 }, (_, i) => `t${i}`)
    await Promise.all(
      ids.map((id) => db.transaction((tx) => tx.query.insertInto('things').values(thing(id)).execute())),
    )
    const { count } = await db.read
      .selectFrom('things')
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(count).toBe(200)
  })
})

describe('opening a database', () => {
  const code = (url: string) =>
    openDatabase({ url, synchronous: 'normal' }).then(
      () => 'opened',
      (error) => error.code,
    )

  it('names what is wrong with a URL, a file and a server', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'not.db'), 'this is not a database, but it is long enough to have a header'.repeat(40))
    expect(await code('mysql://x')).toBe('database_url_invalid')
    expect(await code(`file:${join(folder, 'not.db')}`)).toBe('database_corrupt')
    expect(await code('postgres://nobody:secret@127.0.0.1:1/none')).toBe('database_unreachable')
  })

  it('keeps the password out of the message', async () => {
    const error = await openDatabase({ url: 'postgres://u:secret@127.0.0.1:1/n', synchronous: 'normal' }).catch(
      (e) => e,
    )
    expect(error.message).not.toContain('secret')
  })

  it('refuses writing through the reading connection', async () => {
    const { url, remove } = await newDatabaseUrl('sqlite')
    const db = await openDatabase({ url, synchronous: 'normal' })
    await expect(sql`create table x (a int)`.execute(db.typed<Tables>().read)).rejects.toThrow()
    await db.close()
    await remove()
  })
})

describe('a PostgreSQL that goes away', () => {
  it('fails what was under way with the words of an unreachable database, and serves again when it is back', async () => {
    const { url, remove } = await newDatabaseUrl('postgres')
    const { hostname, port } = new URL(url)
    const gate = await gateTo({ host: hostname, port: Number(port) })
    const gated = new URL(url)
    gated.port = String(gate.port)
    const db = (await openDatabase({ url: gated.href, synchronous: 'normal' })).typed<Tables>()
    const one = sql`select 1`
    const unreachable = { code: 'database_unreachable' }

    // The connection is lost between two statements of a transaction, when no query is there to fail.
    const transaction = db.transaction(async (tx) => {
      await one.execute(tx.query)
      await gate.close()
      await sleep(50)
      await one.execute(tx.query)
    })
    await expect(transaction).rejects.toMatchObject(unreachable)
    await expect(one.execute(db.read)).rejects.toMatchObject(unreachable)
    await expect(db.transaction((tx) => one.execute(tx.query))).rejects.toMatchObject(unreachable)
    await gate.open()
    expect((await one.execute(db.read)).rows).toHaveLength(1)

    // A query is under way when its server ends it, as at a restart.
    const asleep = expect(sql`select pg_sleep(20)`.execute(db.read)).rejects.toMatchObject(unreachable)
    const ended = sql`select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(20)' and state = 'active'`
    await expect.poll(async () => (await ended.execute(db.read)).rows.length).toBe(1)
    await asleep
    await db.close()
    await gate.close()
    await remove()
  })
})
