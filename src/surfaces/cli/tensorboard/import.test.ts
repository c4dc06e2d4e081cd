import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datasets } from '../../../modules/datasets/index.ts'
import { tracking } from '../../../modules/tracking/index.ts'
import { commandLine } from '../../../testing/command-line.ts'
import { type TestApp, testApp } from '../../../testing/test-app.ts'
import { crc32c, maskedCrc32c } from './crc32c.ts'

function record(data: Buffer): Buffer {
  const head = Buffer.alloc(12)
  head.writeBigUInt64LE(BigInt(data.length))
  head.writeUInt32LE(maskedCrc32c(head.subarray(0, 8)), 8)
  const tail = Buffer.alloc(4)
  tail.writeUInt32LE(maskedCrc32c(data))
  return Buffer.concat([head, data, tail])
}

/** A scalar as `tf.summary.scalar` of version 1 writes it; files of real writers are in test/clients/tensorboard. */
function scalar(tag: string, step: number, value: number): Buffer {
  const event = Buffer.alloc(9)
  event.writeUInt8(9)
  event.writeDoubleLE(1_700_000_000 + step, 1)
  const number = Buffer.alloc(5)
  number.writeUInt8(21)
  number.writeFloatLE(value, 1)
  const name = Buffer.from(tag)
  const inner = Buffer.concat([Buffer.from([10, name.length]), name, number])
  const summary = Buffer.concat([Buffer.from([10, inner.length]), inner])
  return record(Buffer.concat([event, Buffer.from([16, step]), Buffer.from([42, summary.length]), summary]))
}

const fileName = 'events.out.tfevents.1700000000.host.1.0'

describe('CRC-32C', () => {
  // RFC 3720, appendix B.4, and the check value of the CRC catalogue.
  it.each([
    [Buffer.alloc(32), 0x8a9136aa],
    [Buffer.alloc(32, 0xff), 0x62a8ab43],
    [Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
    [Buffer.from('123456789'), 0xe3069283],
  ])('of %j', (bytes, sum) => {
    expect(crc32c(bytes)).toBe(sum)
  })
})

describe('slipway runs import tensorboard', () => {
  let app: TestApp
  let slipway: ReturnType<typeof commandLine>
  let root: string
  beforeAll(async () => {
    app = await testApp({ modules: [datasets, tracking] })
    slipway = commandLine(app.url)
    root = await mkdtemp(join(tmpdir(), 'slipway-events-'))
  })
  afterAll(async () => {
    await app.dispose()
    await rm(root, { recursive: true, force: true })
  })

  async function folder(name: string, content: Buffer): Promise<string> {
    await mkdir(join(root, name), { recursive: true })
    await writeFile(join(root, name, fileName), content)
    return join(root, name)
  }
  async function load(path: string, ...more: string[]) {
    const { code, out, notes } = await slipway(['runs', 'import', 'tensorboard', path, '--json', ...more])
    return { code, notes, runs: JSON.parse(out).runs }
  }
  const pointsOf = async (run: string, key: string): Promise<[number, number][]> => {
    const { body } = await app.request('GET', `/v1/runs/${run}/metrics/history?key=${key}&limit=1000`)
    return body.items.map((point: { step: number; value: number }) => [point.step, point.value])
  }
  const runOf = async (id: string) => (await app.request('GET', `/v1/runs/${id}`)).body

  it('imports once what is there once, and later only what is new', async () => {
    const path = await folder('once', Buffer.concat([scalar('loss', 0, 0.5), scalar('loss', 1, 0.25)]))
    const first = await load(path)
    expect(first).toMatchObject({ code: 0, runs: [{ name: 'once', pointCount: 2, problems: [] }] })
    const [{ runId }] = first.runs
    expect(await runOf(runId)).toMatchObject({
      status: 'FINISHED',
      startedAt: 1_700_000_000_000,
      endedAt: 1_700_000_001_000,
    })
    expect((await load(path)).runs).toMatchObject([{ runId, pointCount: 0 }])
    expect((await runOf(runId)).endedAt).toBe(1_700_000_001_000)
    await appendFile(join(path, fileName), scalar('loss', 2, 0.125))
    // It may lie elsewhere by then.
    await mkdir(join(root, 'moved'))
    await rename(path, join(root, 'moved', 'once'))
    expect((await load(join(root, 'moved', 'once'))).runs).toMatchObject([{ runId, pointCount: 1 }])
    expect(await pointsOf(runId, 'loss')).toEqual([
      [0, 0.5],
      [1, 0.25],
      [2, 0.125],
    ])
    expect((await runOf(runId)).endedAt).toBe(1_700_000_002_000)
  })

  it('leaves a record that is still being written for the next time', async () => {
    const whole = scalar('loss', 1, 0.25)
    const path = await folder('torn', Buffer.concat([scalar('loss', 0, 0.5), whole.subarray(0, -3)]))
    const [{ runId }] = (await load(path)).runs
    expect(await pointsOf(runId, 'loss')).toEqual([[0, 0.5]])
    await appendFile(join(path, fileName), whole.subarray(-3))
    await load(path)
    expect(await pointsOf(runId, 'loss')).toEqual([
      [0, 0.5],
      [1, 0.25],
    ])
  })

  it('says where a file is damaged, keeps what comes before, and ends with 1', async () => {
    const bad = scalar('loss', 1, 0.25)
    bad[20] = (bad[20] ?? 0) ^ 1
    const path = await folder('damaged', Buffer.concat([scalar('loss', 0, 0.5), bad, scalar('loss', 2, 0.1)]))
    const { code, runs } = await load(path)
    expect(code).toBe(1)
    expect(runs[0].problems).toEqual([expect.stringContaining(`is damaged at byte ${scalar('loss', 0, 0.5).length};`)])
    expect(await pointsOf(runs[0].runId, 'loss')).toEqual([[0, 0.5]])
  })

  it('makes a run of each folder, nested as the folders are, with keys that may be stored', async () => {
    await folder('tree', scalar('../a//b(c)', 0, 1))
    await folder('tree/fold/deep', scalar('loss', 0, 1))
    const { runs } = await load(join(root, 'tree'), '--experiment', 'trees')
    expect(runs.map((run: { name: string }) => run.name)).toEqual(['tree', 'fold/deep'])
    expect((await runOf(runs[1].runId)).parentRunId).toBe(runs[0].runId)
    expect((await runOf(runs[0].runId)).metrics).toMatchObject([{ key: 'a/b_c_', value: 1 }])
  })

  it('follows a training until it is told to stop', async () => {
    const path = await folder('live', scalar('loss', 0, 0.5))
    const stop = new AbortController()
    const words = ['runs', 'import', 'tensorboard', path, '--experiment', 'live', '--follow', '--json']
    const following = slipway(words, { signal: stop.signal })
    const find = async () =>
      (await app.request('POST', '/v1/runs/search', { filter: "attributes.name = 'live'" })).body.items[0]?.id
    await expect.poll(find).toBeDefined()
    const runId = await find()
    for (const step of [1, 2, 3]) {
      await appendFile(join(path, fileName), scalar('loss', step, step))
      await expect.poll(() => pointsOf(runId, 'loss'), { interval: 10 }).toHaveLength(step + 1)
    }
    expect((await runOf(runId)).status).toBe('RUNNING')
    await folder('live/late', scalar('loss', 0, 1))
    const all = () => app.request('POST', '/v1/runs/search', { experiments: ['live'] })
    await expect.poll(async () => (await all()).body.items.length).toBe(2)
    stop.abort()
    expect((await following).code).toBe(0)
    expect((await runOf(runId)).status).toBe('FINISHED')
  })

  it('says that there is nothing, and that a folder does not exist', async () => {
    const empty = await mkdtemp(join(root, 'empty-'))
    expect(await slipway(['runs', 'import', 'tensorboard', empty])).toMatchObject({
      code: 0,
      notes: `There are no event files below ${empty}.\n`,
    })
    const missing = await slipway(['runs', 'import', 'tensorboard', join(root, 'nowhere')])
    expect(missing.code).toBe(2)
    expect(missing.notes).toContain('nowhere')
  })
})
