import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlText } from '../../platform/analytics/index.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { datasets } from './index.ts'

let app: TestApp
beforeAll(async () => {
  app = await testApp({ modules: [datasets] })
})
afterAll(() => app.dispose())

/** A version of these files; answers a function that reads below it. */
async function version(name: string, files: Record<string, string | Uint8Array>) {
  await app.request('POST', '/v1/datasets', { name })
  const stored = []
  for (const [path, content] of Object.entries(files)) {
    stored.push({ path, ...(await app.request('PUT', '/v1/blobs', content)).body })
  }
  expect((await app.request('POST', `/v1/datasets/${name}/versions`, { files: stored })).status).toBe(201)
  return (what: string) => app.request('GET', `/v1/datasets/${name}/versions/latest${what}`)
}

async function parquet(sql: string): Promise<Uint8Array> {
  const folder = join(app.dataDir, 'made')
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${Math.random()}.parquet`)
  await app.platform.analytics.query(`COPY (${sql}) TO ${sqlText(path)} (FORMAT parquet)`)
  return readFile(path)
}

describe('preview of stored bytes', () => {
  it('reads them as what their name says, a part at a time', async () => {
    const { body } = await app.request('PUT', '/v1/blobs', 'a,b\n1,x\n2,y\n3,z\n')
    const path = `/v1/blobs/${body.digest}/preview`
    const answer = await app.request('GET', `${path}?path=plots/scores.csv&limit=1&offset=1`)
    expect(answer.body).toMatchObject({ rows: [{ a: 2, b: 'y' }], rowCount: 3, paths: ['plots/scores.csv'] })
    expect((await app.request('GET', `${path}?path=scores.txt`)).body.code).toBe('dataset_no_table')
    expect((await app.request('GET', `/v1/blobs/${'0'.repeat(64)}/preview?path=a.csv`)).body.code).toBe(
      'blob_not_found',
    )
  })
})

describe('preview', () => {
  it('shows rows of a Parquet file with their types', async () => {
    const read = await version('typed', {
      'rows.parquet': await parquet(`SELECT * FROM (VALUES
        (1::BIGINT, 0.5, 'one', true, DATE '2020-02-29', TIMESTAMP '2020-02-29 12:00:00', [1, 2], TIME '10:30:00', 'ab'::BLOB),
        (9007199254740993, 'nan'::DOUBLE, NULL, false, NULL, NULL, NULL, NULL, NULL))
        t(id, ratio, label, isLate, day, "at", list, clock, raw)`),
    })
    const { status, body } = await read('/preview')
    expect(status).toBe(200)
    expect(body.columns.map((column: { name: string; kind: string }) => [column.name, column.kind])).toEqual([
      ['id', 'integer'],
      ['ratio', 'number'],
      ['label', 'text'],
      ['isLate', 'boolean'],
      ['day', 'date'],
      ['at', 'time'],
      ['list', 'nested'],
      ['clock', 'text'],
      ['raw', 'bytes'],
    ])
    expect(body).toMatchObject({ rowCount: 2, paths: ['rows.parquet'] })
    expect(body.rows).toEqual([
      {
        id: 1,
        ratio: 0.5,
        label: 'one',
        isLate: true,
        day: '2020-02-29',
        at: Date.UTC(2020, 1, 29, 12),
        list: [1, 2],
        clock: '10:30:00',
        raw: 'ab',
      },
      {
        id: '9007199254740993',
        ratio: 'NaN',
        label: null,
        isLate: false,
        day: null,
        at: null,
        list: null,
        clock: null,
        raw: null,
      },
    ])
  })

  it('reads CSV with a header of any kind, TSV, JSON lines and gzip', async () => {
    const cases: [string, string | Uint8Array, string[], unknown[]][] = [
      ['bom.csv', '\uFEFFid,name\r\n1,Zürich\r\n', ['id', 'name'], [1, 'Zürich']],
      ['quoted.csv', '"a,b","say ""hi""",\n1,"x\ny",3\n', ['a,b', 'say "hi"', 'column2'], [1, 'x\ny', 3]],
      ['twice.csv', 'a,a,A\n1,2,3\n', ['a', 'a_1', 'A_2'], [1, 2, 3]],
      ['words.csv', 'city,country\nGenève,CH\n', ['city', 'country'], ['Genève', 'CH']],
      ['points.csv', 'a;b\n1,5;2\n', ['a', 'b'], ['1,5', 2]],
      ['tabs.tsv', 'a b\tc\n1\t"2\n', ['a b', 'c'], [1, '"2']],
      ['lines.jsonl', '{"a":1,"b":{"c":[2]}}\n{"a":null}\n', ['a', 'b'], [1, { c: [2] }]],
      ['packed.CSV.GZ', gzipSync('n\n7\n'), ['n'], [7]],
    ]
    for (const [path, content, names, first] of cases) {
      const { body } = await (await version(path.replace('.', '-').replace('.GZ', ''), { [path]: content }))('/preview')
      expect(
        body.columns?.map((column: { name: string }) => column.name),
        `${path} ${JSON.stringify(body)}`,
      ).toEqual(names)
      expect(Object.values(body.rows[0]), path).toEqual(first)
    }
  })

  it('reads the parts of a table as one, by column name', async () => {
    const read = await version('parts', {
      'notes.md': '# about',
      'part/1.csv': 'a,b\n1,x\n2,y\n',
      'part/2.csv': 'b,a,c\nz,3,new\n',
      'empty.csv': '',
    })
    const { body } = await read('/preview')
    expect(body).toMatchObject({ rowCount: 3, paths: ['part/1.csv', 'part/2.csv'] })
    expect(body.rows).toEqual([
      { a: 1, b: 'x', c: null },
      { a: 2, b: 'y', c: null },
      { a: 3, b: 'z', c: 'new' },
    ])
    expect((await read('/preview?path=part/2.csv')).body.rows).toEqual([{ a: 3, b: 'z', c: 'new' }])
    expect((await read('/preview?limit=1&offset=1')).body.rows).toEqual([{ a: 2, b: 'y', c: null }])
  })

  it('says why there is nothing to show', async () => {
    const read = await version('mixed', {
      'a.csv': 'a\n1\n',
      'b.jsonl': '{"a":1}',
      'c.bin': 'x',
      'bad.parquet': 'PAR1no',
    })
    const problem = async (what: string) => {
      const { status, body } = await read(what)
      return [status, body.code]
    }
    expect(await problem('/preview')).toEqual([400, 'dataset_no_table'])
    expect((await read('/preview')).body.detail).toContain('different formats (csv, jsonLines, parquet)')
    expect(await problem('/preview?path=c.bin')).toEqual([400, 'dataset_no_table'])
    expect(await problem('/preview?path=bad.parquet')).toEqual([400, 'dataset_no_table'])
    expect(await problem('/profile?path=bad.parquet')).toEqual([400, 'dataset_no_table'])
    expect(await problem('/preview?path=nowhere.csv')).toEqual([404, 'dataset_file_not_found'])
    expect(await problem('/preview?limit=0')).toEqual([400, 'invalid_input'])
  })
})

describe('profile', () => {
  it('measures numbers, words and flags', async () => {
    // 1…100 and its halves: mean, deviation and quantiles are known.
    const read = await version('measured', {
      'm.parquet':
        await parquet(`SELECT i AS n, i / 2.0 AS half, CASE WHEN i % 4 = 0 THEN NULL ELSE 'w' || (i % 2) END AS word,
        i <= 30 AS flag, CASE i WHEN 1 THEN 'inf'::DOUBLE WHEN 2 THEN 'nan' ELSE 5 END AS wild,
        DATE '2020-01-01' + i::INTEGER AS day FROM range(1, 101) t(i)`),
    })
    const { body } = await read('/profile')
    const [n, half, word, flag, wild, day] = body.columns
    expect(body.rowCount).toBe(100)
    expect(n).toMatchObject({ kind: 'integer', nullCount: 0, min: 1, max: 100, mean: 50.5 })
    expect(n.standardDeviation).toBeCloseTo(Math.sqrt((100 * 101) / 12), 10)
    expect(n.quantiles).toEqual({ p05: 5.95, p25: 25.75, p50: 50.5, p75: 75.25, p95: 95.05 })
    expect(n.histogram).toHaveLength(20)
    expect(n.histogram[0]).toMatchObject({ from: 1, count: 5 })
    expect(n.histogram.reduce((sum: number, bin: { count: number }) => sum + bin.count, 0)).toBe(100)
    expect(half).toMatchObject({ kind: 'number', min: 0.5, max: 50, mean: 25.25 })
    expect(word).toMatchObject({ nullCount: 25, distinctCount: 2, min: 'w0', max: 'w1' })
    expect(word.top).toEqual([
      { value: 'w1', count: 50 },
      { value: 'w0', count: 25 },
    ])
    expect(flag.top).toEqual([
      { value: false, count: 70 },
      { value: true, count: 30 },
    ])
    expect(wild).toMatchObject({ min: 5, max: 5, mean: 5, histogram: [{ from: 5, to: 5, count: 98 }] })
    expect(day).toMatchObject({ kind: 'date', min: '2020-01-02', max: '2020-04-10' })
    expect(day.top).toBeUndefined()
    expect((await read('/profile')).body).toEqual(body)
  })

  it('bears columns of every width, kind and name, and none at all', async () => {
    const wide = Array.from({ length: 60 }, (_, index) => `c"${index}`)
    const line = (cells: readonly (string | number)[]) =>
      `${cells.map((cell) => `"${String(cell).replaceAll('"', '""')}"`).join(',')}\n`
    const read = await version('odd', {
      'wide.csv': line(wide) + line(wide.map((_, index) => index)),
      'only-header.csv': 'a,b\n',
      'nulls.csv': 'a,b\n,\n,\n',
      'constant.csv': 'a\n3\n3\n',
      'nested.jsonl': '{"s":{"x":1},"l":[1,null]}\n{"s":null,"l":[]}\n',
    })
    const columns = async (path: string) => (await read(`/profile?path=${path}`)).body.columns
    expect((await columns('wide.csv')).map((column: { max: number }) => column.max)).toEqual([...wide.keys()])
    expect((await columns('only-header.csv')).map((column: { nullCount: number }) => column.nullCount)).toEqual([0, 0])
    expect(await columns('nulls.csv')).toMatchObject([{ nullCount: 2 }, { nullCount: 2 }])
    expect(await columns('constant.csv')).toMatchObject([
      { standardDeviation: 0, histogram: [{ from: 3, to: 3, count: 2 }], top: [{ value: 3, count: 2 }] },
    ])
    expect(await columns('nested.jsonl')).toMatchObject([{ kind: 'nested', nullCount: 1 }, { kind: 'nested' }])
  })
})

describe('a new version', () => {
  it('is counted and described in the background', async () => {
    const read = await version('counted', { 'a.csv': 'x,y\n1,one\n2,two\n' })
    await app.settled()
    expect((await read('')).body).toMatchObject({
      rowCount: 2,
      columns: [
        { name: 'x', kind: 'integer', type: 'BIGINT' },
        { name: 'y', kind: 'text', type: 'VARCHAR' },
      ],
    })
    const unread = await version('uncounted', { 'a.parquet': 'not a table' })
    await app.settled()
    expect((await unread('')).body.rowCount).toBeUndefined()
  })
})
