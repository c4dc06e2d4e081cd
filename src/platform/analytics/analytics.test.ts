import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Analytics, type AnalyticsOptions, createAnalytics, sqlPaths, sqlText } from './index.ts'

let folder: string
const open: Analytics[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-analytics-'))
  await mkdir(join(folder, 'data'))
  await writeFile(join(folder, 'data', "it's.csv"), 'city,people\nZürich,450000\nGenève,\n')
  await writeFile(join(folder, 'secret.csv'), 'a\n1\n')
  await symlink(join(folder, 'secret.csv'), join(folder, 'data', 'link.csv'))
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((analytics) => analytics.stop()))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function start(options: Partial<AnalyticsOptions> = {}): Analytics {
  const analytics = createAnalytics({ folders: [join(folder, 'data')], tempFolder: join(folder, 'temp'), ...options })
  open.push(analytics)
  return analytics
}

describe('analytics', () => {
  it('reads a file by its path and answers rows as objects', async () => {
    const rows = await start().query(
      `SELECT city, people FROM read_csv(${sqlText(join(folder, 'data', "it's.csv"))}) WHERE people > $1 OR people IS NULL`,
      [400_000],
    )
    expect(rows).toEqual([
      { city: 'Zürich', people: 450_000 },
      { city: 'Genève', people: null },
    ])
  })

  it('gives values a program can use: numbers, epoch milliseconds, text beyond 2^53', async () => {
    const [row] = await start().query(`SELECT 9007199254740991::BIGINT exact, 9007199254740993::BIGINT huge,
      TIMESTAMP '2020-01-01 00:00:01' AS at, DATE '1970-01-02' AS day, 1.5::DECIMAL(5,2) AS price,
      [1::BIGINT, NULL] AS list, {'n': 7::BIGINT} AS nested, true AS yes, 1 AS same, 2 AS same`)
    expect(row).toEqual({
      exact: Number.MAX_SAFE_INTEGER,
      huge: '9007199254740993',
      at: 1_577_836_801_000,
      day: 86_400_000,
      price: 1.5,
      list: [1, null],
      nested: { n: 7 },
      yes: true,
      same: 1,
      'same:1': 2,
    })
  })

  it('opens no file outside its folders, no network and no extension', async () => {
    const analytics = start()
    const outside = join(folder, 'secret.csv')
    for (const sql of [
      `SELECT * FROM read_csv(${sqlPaths([outside])})`,
      `SELECT * FROM read_csv(${sqlText(join(folder, 'data', '..', 'secret.csv'))})`,
      `SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')`,
      `COPY (SELECT 1) TO ${sqlText(join(folder, 'out.csv'))}`,
      'INSTALL httpfs',
      'SET enable_external_access = true',
    ]) {
      await expect(analytics.query(sql), sql).rejects.toMatchObject({ code: 'analytics_query_failed', kind: 'invalid' })
    }
  })

  it("tells a mistake in the SQL in the engine's words", async () => {
    await expect(start().query('SELEC 1')).rejects.toMatchObject({
      code: 'analytics_query_failed',
      message: expect.stringMatching(/syntax error at or near "SELEC"/i),
    })
  })

  it('stops a query that is aborted, and answers the next one', async () => {
    const analytics = start()
    const abort = new AbortController()
    const endless = analytics.query('SELECT count(*) FROM range(100000000000) a, range(1000) b', [], abort)
    setTimeout(() => abort.abort(new Error('the caller left')), 300)
    await expect(endless).rejects.toThrow('the caller left')
    expect(await analytics.query('SELECT 1 one')).toEqual([{ one: 1 }])
    await expect(analytics.query('SELECT 1', [], abort)).rejects.toThrow('the caller left')
  })

  it('keeps to its memory limit and says so', async () => {
    const analytics = start({ memoryLimitMb: 20 })
    const wide = `SELECT list(range || repeat('x', 100)) FROM range(2000000)`
    await expect(analytics.query(wide)).rejects.toMatchObject({ code: 'analytics_memory_exceeded' })
    expect(await analytics.query('SELECT 2 two')).toEqual([{ two: 2 }])
  })

  it('answers many questions at once, each its own', async () => {
    const analytics = start()
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => analytics.query<{ n: number }>('SELECT $1::INTEGER n', [n])),
    )
    expect(answers.map((rows) => rows[0]?.n)).toEqual(Array.from({ length: 40 }, (_, n) => n))
  })

  it('ends its thread when idle and starts it again when asked', async () => {
    const analytics = start({ idleMs: 20 })
    await analytics.query('CREATE TABLE remembered AS SELECT 1 x')
    await delay(300)
    // A new engine has forgotten the table of the old one.
    await expect(analytics.query('FROM remembered')).rejects.toThrow(/does not exist/)
  })

  it('refuses questions once stopped', async () => {
    const analytics = start()
    await analytics.query('SELECT 1')
    await analytics.stop()
    await expect(analytics.query('SELECT 1')).rejects.toMatchObject({ code: 'analytics_unavailable' })
  })
})
