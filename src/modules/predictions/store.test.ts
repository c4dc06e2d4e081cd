import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createIds } from '../../kernel/ids.ts'
import { createEvents, eventMigrations } from '../../platform/events/index.ts'
import { encodeRecord, type LogRecord } from '../../platform/inference/record.ts'
import type { Tensor } from '../../platform/inference/tensor.ts'
import type { Platform } from '../../platform/platform.ts'
import { createLog, systemClock } from '../../platform/runtime/index.ts'
import { describeDatabases } from '../../testing/databases.ts'
import { allServingMigrations } from '../../testing/serving-migrations.ts'
import { createIngester } from './ingest.ts'
import { createLabels } from './labels.ts'
import { countBatchRows, findPrediction, listPredictions, readWindow } from './store.ts'
import type { PredictionTables } from './tables.ts'
import { listTraffic } from './traffic-store.ts'

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

const tensor = (name: string, rows: number, values: number[]): Tensor => ({
  name,
  datatype: 'FP32',
  shape: values.length === rows ? [rows] : [rows, values.length / rows],
  data: Float32Array.from(values),
})

const prediction = (id: string, changes: object = {}): LogRecord<Tensor> => ({
  kind: 'prediction',
  id,
  deployment: 'demo',
  variant: 'v1',
  modelVersionId: 'mdv_1',
  requestId: null,
  at: 120_500,
  eventAt: null,
  latencyUs: 300,
  inputs: [tensor('x', 1, [1, 2])],
  outputs: [tensor('label', 1, [1])],
  unit: null,
  ...changes,
})

describeDatabases('predictions', [...eventMigrations, ...allServingMigrations], (open) => {
  async function setUp() {
    const db = (await open()).typed<PredictionTables>()
    const folder = await mkdtemp(join(tmpdir(), 'slipway-log-'))
    folders.push(folder)
    const log = createLog('silent')
    const ids = createIds(Date.now)
    const events = createEvents({ db, clock: systemClock, log, owner: 'test' })
    const platform = { db, clock: systemClock, ids, log, events } as unknown as Platform
    const woken: string[] = []
    const ingest = (from: string, owner: string) =>
      createIngester({
        owner,
        platform,
        db,
        folder: from,
        featureNames: async () => ['age', 'income'],
        tellNews: async (_tx, { deployments }) => {
          woken.push(...deployments)
        },
      })
    const ingester = ingest(folder, '')
    const write = (segment: string, ...records: LogRecord<Tensor>[]) =>
      appendFile(join(folder, segment), records.map(encodeRecord).join(''))
    const { recordLabels: label } = createLabels({
      platform,
      db,
      hasOtherHosts: async () => false,
      catchUp: ingester.catchUp,
      tellNews: async () => {},
    })
    return { db, folder, ingester, ingest, write, label, events, woken }
  }

  it('become rows exactly once, whatever is read again', async () => {
    const { db, folder, ingester, write, events, woken } = await setUp()
    await write('0-00000001.log', prediction('prd_a'), prediction('prd_b', { requestId: 'mine', eventAt: 7 }))
    await ingester.catchUp()
    await write('0-00000001.log', prediction('prd_b'), prediction('prd_c'))
    await ingester.catchUp()
    await ingester.catchUp()
    const { items } = await listPredictions(db.read, { limit: 10 })
    expect(items.map(({ id }) => id)).toEqual(['prd_c', 'prd_b', 'prd_a'])
    expect(items[1]).toMatchObject({
      requestId: 'mine',
      eventAt: 7,
      inputs: { age: 1, income: 2 },
      outputs: { label: 1 },
      label: undefined,
    })
    const ingested = (await events.list({ limit: 10 })).map(({ payload }) => (payload as { count: number }).count)
    expect(ingested).toEqual([1, 2])
    expect(woken).toEqual(['demo', 'demo'])
    expect(await readdir(folder)).toEqual(['0-00000001.log'])
  })

  it('leave a half-written line for later and delete files that are finished', async () => {
    const { db, folder, ingester, write } = await setUp()
    await write('0-00000001.log', prediction('prd_a'))
    const line = encodeRecord(prediction('prd_b'))
    await appendFile(join(folder, '0-00000001.log'), line.slice(0, 30))
    await ingester.catchUp()
    expect((await listPredictions(db.read, { limit: 10 })).items).toHaveLength(1)
    await appendFile(join(folder, '0-00000001.log'), line.slice(30))
    await write('0-00000002.log', prediction('prd_c'))
    await ingester.catchUp()
    expect((await listPredictions(db.read, { limit: 10 })).items).toHaveLength(3)
    expect(await readdir(folder)).toEqual(['0-00000002.log'])
    await ingester.catchUp()
    expect(await db.read.selectFrom('serving_segments').select('name').execute()).toEqual([{ name: '0-00000002.log' }])
  })

  it('come from the logs of many hosts at once, whose files have the same names', async () => {
    const { db, ingest } = await setUp()
    const hosts = await Promise.all(
      ['', 'mbr_a/', 'mbr_b/'].map(async (owner) => {
        const folder = await mkdtemp(join(tmpdir(), 'slipway-log-'))
        folders.push(folder)
        const turns = Array.from({ length: 300 }, (_, turn) => turn)
        const append = (from: number) =>
          appendFile(
            join(folder, '0-00000001.log'),
            turns.map((turn) => encodeRecord(prediction(`prd_${owner.slice(0, 5)}-${from + turn}`))).join(''),
          )
        return { append, ingester: ingest(folder, owner) }
      }),
    )
    for (const from of [0, 1000]) {
      for (const { append } of hosts) await append(from)
      await Promise.all(hosts.map(({ ingester }) => ingester.catchUp()))
    }
    const [traffic] = await listTraffic(db.read, { deployment: 'demo', from: 0, to: 10 ** 9 })
    expect(traffic).toMatchObject({ requestCount: 1800, latencySumUs: 1800 * 300 })
    expect((await listPredictions(db.read, { limit: 2000 })).items).toHaveLength(1800)
    expect(await db.read.selectFrom('serving_segments').select('name').orderBy('name').execute()).toEqual(
      ['', 'mbr_a/', 'mbr_b/'].map((owner) => ({ name: `${owner}0-00000001.log` })),
    )
  })

  it('give batches rows with ids of their own', async () => {
    const { db, ingester, write } = await setUp()
    const batch = { inputs: [tensor('x', 3, [1, 2, 3, 4, 5, 6])], outputs: [tensor('label', 3, [0, 1, 0])] }
    await write('0-00000001.log', prediction('prd_batch', batch), prediction('prd_batches'))
    await ingester.catchUp()
    expect(await findPrediction(db.read, 'prd_batch')).toBeUndefined()
    expect(await countBatchRows(db.read, 'prd_batch')).toBe(3)
    expect(await findPrediction(db.read, 'prd_batch.1')).toMatchObject({
      inputs: { age: 3, income: 4 },
      outputs: { label: 1 },
    })
  })

  it('are joined with labels: last write wins, the old one is kept, unknown ids are told', async () => {
    const { db, write, label } = await setUp()
    await write('0-00000001.log', prediction('prd_a'), prediction('prd_b'))
    const first = await label([
      { predictionId: 'prd_a', label: 0 },
      { predictionId: 'prd_x', label: 1 },
    ])
    expect(first).toEqual({ recordedCount: 1, unchangedCount: 0, changedCount: 0, unknownIds: ['prd_x'] })
    const second = await label([
      { predictionId: 'prd_a', label: 1 },
      { predictionId: 'prd_b', label: 'late' },
    ])
    expect(second).toMatchObject({ recordedCount: 2, changedCount: 1 })
    expect(await label([{ predictionId: 'prd_a', label: 1 }])).toMatchObject({ recordedCount: 0, unchangedCount: 1 })
    expect((await findPrediction(db.read, 'prd_a'))?.label?.value).toBe(1)
    const history = await db.read.selectFrom('serving_label_changes').select(['predictionId', 'value']).execute()
    expect(history).toEqual([{ predictionId: 'prd_a', value: '0' }])
    const labeled = await readWindow(db.read, { deployment: 'demo', labeledOnly: true })
    expect(labeled.map(({ id, label: value }) => [id, value])).toEqual([
      ['prd_a', 1],
      ['prd_b', 'late'],
    ])
  })

  it('are read as windows by position, by time and from the end', async () => {
    const { db, ingester, write } = await setUp()
    await write('0-00000001.log', ...Array.from({ length: 20 }, (_, i) => prediction(`prd_${i}`, { eventAt: i * 10 })))
    await ingester.catchUp()
    const ids = async (query: object) =>
      (await readWindow(db.read, { deployment: 'demo', ...query })).map(({ id }) => id)
    expect(await ids({ from: 50, to: 70 })).toEqual(['prd_5', 'prd_6'])
    expect(await ids({ lastRows: 2 })).toEqual(['prd_18', 'prd_19'])
    const [first] = await readWindow(db.read, { deployment: 'demo', limit: 1 })
    expect(await ids({ afterSeq: first?.seq, limit: 2 })).toEqual(['prd_1', 'prd_2'])
    expect(await ids({ modelVersionId: 'mdv_other' })).toEqual([])
  })

  it('page newest first and filter', async () => {
    const { db, ingester, write } = await setUp()
    await write(
      '0-00000001.log',
      ...Array.from({ length: 5 }, (_, i) => prediction(`prd_${i}`, { variant: `v${i % 2}` })),
    )
    await ingester.catchUp()
    const page = await listPredictions(db.read, { limit: 2 })
    const next = await listPredictions(db.read, { limit: 2, cursor: page.nextCursor })
    expect([...page.items, ...next.items].map(({ id }) => id)).toEqual(['prd_4', 'prd_3', 'prd_2', 'prd_1'])
    expect((await listPredictions(db.read, { limit: 9, variant: 'v1', labeled: 'false' })).items).toHaveLength(2)
  })

  it('count into traffic per minute and variant, with failures and drops', async () => {
    const { db, ingester, write } = await setUp()
    const count = { deployment: 'demo', variant: 'v1', at: 125_000 }
    await write('0-00000001.log', prediction('prd_a'), { kind: 'failed', count: 2, ...count })
    await ingester.catchUp()
    await write('0-00000001.log', prediction('prd_b', { at: 130_000 }), { kind: 'dropped', count: 5, ...count })
    await ingester.catchUp()
    const traffic = await listTraffic(db.read, { deployment: 'demo', from: 0, to: 200_000 })
    expect(traffic).toMatchObject([
      { minute: 120_000, requestCount: 9, rowCount: 2, errorCount: 2, droppedCount: 5, latencySumUs: 600 },
    ])
  })
})
