import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSlipway } from '../../sdk/index.ts'
import { spoolServer } from '../../server/commands/spool-server.ts'
import { type ServerChild, serverChild } from '../../testing/server-child.ts'
import { accountOf, logWork, storeBytes } from '../../testing/spooled-work.ts'
import { testTerminal } from '../../testing/terminal.ts'
import { openLedger } from './ledger.ts'
import { withOfflineSpool } from './offline-run.ts'
import { openSpool, type Spool } from './open-spool.ts'
import { type ServerAt, sync, waiting } from './sync.ts'
import { pathIn, syncSpools } from './sync-spools.ts'

const packageDir = resolve(import.meta.dirname, '../../..')
const main = join(packageDir, 'src/main.ts')
const startServer = spoolServer({ packageDir })
const signal = new AbortController().signal

// Two real servers, of which one lives in its own process and is killed.
describe('sending a spool', () => {
  let central: ServerChild
  let spool: Spool
  let folder: string
  let runIds: string[]
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-spool-'))
    central = await serverChild()
    ;[spool] = await Promise.all([openSpool(folder, { startServer }), central.start()])
    runIds = await logWork(spool.at)
  })
  afterAll(async () => {
    await Promise.all([spool.close(), central.dispose()])
    await rm(folder, { recursive: true, force: true })
  })

  async function send(to: ServerAt = { url: central.url }) {
    const ledger = openLedger(folder, central.url)
    try {
      return await sync({ from: spool.at, to, ledger, pathOf: pathIn(folder), signal })
    } finally {
      ledger.close()
    }
  }
  async function whatWaits() {
    const ledger = openLedger(folder, central.url)
    try {
      return await waiting({ from: spool.at, ledger, pathOf: pathIn(folder), signal })
    } finally {
      ledger.close()
    }
  }
  /** Counts what is asked of the server; does the request that is the last, and loses its answer and all that follow. */
  function losing(last: number) {
    let count = 0
    const lossy: typeof fetch = async (...request) => {
      count++
      if (count > last) throw new TypeError('the network is gone')
      const answer = await fetch(...request)
      if (count === last) throw new TypeError('the answer is lost')
      return answer
    }
    return { to: { url: central.url, fetch: lossy, attempts: 1 }, requests: () => count }
  }

  it('arrives whole and once, whichever answer is lost', async () => {
    let attempts = 0
    for (let last = 1; ; last++) {
      attempts++
      const ended = await send(losing(last).to).catch((error: unknown) => error)
      if (!(ended instanceof Error)) break
    }
    expect(attempts).toBeGreaterThan(6)
    expect(await accountOf({ url: central.url })).toEqual(await accountOf(spool.at))
    expect(await whatWaits()).toEqual({ runs: [], versions: 0, traces: 0 })
  })

  it('sends what is new, and leaves alone what somebody changed on the server', async () => {
    const [parent = '', child = ''] = runIds
    const [here, there] = [createSlipway(spool.at), createSlipway({ url: central.url })]
    const quiet = losing(1000)
    await send(quiet.to)
    // It asks after the two experiments and the alias, and nothing else.
    expect(quiet.requests()).toBe(3)
    await there.runs.update({ runId: child, name: 'renamed' })
    await there.experiments.update({ experiment: 'churn', name: 'churn of customers' })
    await here.runs.log({ runId: child, metrics: [{ key: 'loss', value: 9, step: 5000 }], tags: { late: 'yes' } })
    await here.runs.log({ runId: parent, metrics: [{ key: 'auc', value: 0.5, step: 3 }] })
    expect((await whatWaits()).runs).toMatchObject([
      { id: parent, points: 1, files: 0 },
      { id: child, points: 1, files: 0, experiment: 'churn' },
    ])
    await send()
    // Earlier points than those that were sent.
    await here.runs.log({ runId: parent, metrics: [{ key: 'auc', value: 0.4, step: 1 }] })
    expect(await send()).toMatchObject({ refusals: [], sent: { runs: 1, files: 0 } })
    const auc = await there.runs.metrics.history({ runId: parent, key: 'auc' })
    expect(auc.items.map(({ step, value }) => [step, value])).toEqual([
      [1, 0.4],
      [3, 0.5],
    ])
    const run = await there.runs.get({ runId: child })
    expect(run).toMatchObject({ name: 'renamed', tags: { late: 'yes', note: 'ünïcode' } })
    expect((await there.runs.bundle.get({ runId: child })).metrics).toEqual([
      { key: 'loss', count: 2301 },
      { key: 'odd', count: 4 },
    ])
    await there.experiments.update({ experiment: 'churn of customers', name: 'churn' })
  })

  it('goes on where it was when it and the server are killed', async () => {
    const here = createSlipway(spool.at)
    const { id: runId } = await here.runs.create({ experimentId: 'churn', name: 'long' })
    for (let from = 0; from < 40_000; from += 10_000) {
      const metrics = Array.from({ length: 10_000 }, (_, at) => ({
        key: 'm',
        value: at,
        step: from + at,
        timestamp: 1,
      }))
      await here.runs.log({ runId, metrics })
    }
    const file = await storeBytes(spool.at, 'x'.repeat(4_000_000))
    await here.runs.artifacts.store({ runId, path: 'big.bin', ...file })
    const arrived = async () => {
      const answer = await fetch(`${central.url}/v1/runs/${runId}/bundle`)
      return answer.ok ? ((await answer.json()).metrics[0]?.count ?? 0) : -1
    }
    let first: ChildProcess | undefined
    const sending = () => {
      const child = spawn(process.execPath, [main, 'sync', folder, '--to', central.url, '--json'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      first ??= child
      let [out, notes] = ['', '']
      child.stdout.on('data', (chunk) => {
        out += chunk
      })
      child.stderr.on('data', (chunk) => {
        notes += chunk
      })
      return new Promise<{ code: number | null; out: string; notes: string }>((done) =>
        child.once('close', (code) => done({ code, out, notes })),
      )
    }
    const killed = sending()
    await expect.poll(arrived, { interval: 5 }).toBeGreaterThanOrEqual(0)
    first?.kill('SIGKILL')
    expect((await killed).code).toBe(null)
    const cut = sending()
    await expect.poll(arrived, { interval: 5 }).toBeGreaterThan(0)
    central.kill('SIGKILL')
    await central.exited()
    const away = await cut
    expect([away.code, away.notes]).toEqual([6, expect.stringContaining('No answer from')])
    await central.start()
    const done = await sending()
    expect(done).toMatchObject({ code: 0, notes: '' })
    expect(JSON.parse(done.out)).toMatchObject({ to: central.url, items: [{ folder, refusals: [], isRemoved: false }] })
    const there = await accountOf({ url: central.url })
    const long = there.runs.find((run) => run.id === runId)
    expect(long?.points.m).toHaveLength(40_000)
    expect(long).toEqual((await accountOf(spool.at)).runs.find((run) => run.id === runId))
    const big = await fetch(`${central.url}/v1/blobs/${file.digest}`)
    expect((await big.bytes()).length).toBe(4_000_000)
  })

  it('says what the server would not take, and sends the rest', async () => {
    const [parent = ''] = runIds
    const [here, there] = [createSlipway(spool.at), createSlipway({ url: central.url })]
    await there.runs.delete({ runId: parent })
    await here.runs.log({ runId: parent, tags: { more: '1' } })
    await here.experiments.create({ name: 'gone' })
    await here.runs.create({ experimentId: 'gone' })
    await there.experiments.create({ name: 'gone' })
    await there.experiments.delete({ experiment: 'gone' })
    // Of the same name, but somebody else's: the alias is theirs.
    const { digest, sizeBytes } = await storeBytes(spool.at, 'another model')
    const files = [{ path: 'other.bin', digest, sizeBytes }]
    await storeBytes({ url: central.url }, 'another model')
    await there.models.versions.create({ model: 'taken', files, format: 'onnx' })
    await there.models.aliases.set({ model: 'taken', alias: 'champion', version: 1 })
    await here.models.versions.create({ model: 'taken', files, format: 'onnx' })
    await here.models.aliases.set({ model: 'taken', alias: 'champion', version: 1 })
    await here.models.aliases.set({ model: 'taken', alias: 'candidate', version: 1 })
    const { refusals, versions } = await send()
    expect(refusals.map(({ what, code }) => [what, code])).toEqual([
      ['experiment gone', 'experiment_not_active'],
      [`run ${parent}`, 'run_not_active'],
      ['alias champion of taken', 'alias_elsewhere'],
    ])
    expect(versions).toEqual([{ model: 'taken', local: 1, version: 2 }])
    expect((await there.models.get({ model: 'taken' })).aliases).toEqual({ champion: 1, candidate: 2 })
    expect((await whatWaits()).runs.map(({ experiment }) => experiment).sort()).toEqual(['churn', 'gone'])
    await there.runs.restore({ runId: parent })
    await there.experiments.restore({ experiment: 'gone' })
    expect(await send()).toMatchObject({ refusals: [{ code: 'alias_elsewhere' }], sent: { runs: 2 } })
  })

  it('happens while the work lasts, and when the server is away it says what waits', async () => {
    const spools = await mkdtemp(join(tmpdir(), 'slipway-spools-'))
    const offline = async (url: string, work: (own: Spool) => Promise<number>) => {
      const terminal = testTerminal()
      const options = { folder: spools, to: { url }, startServer, terminal, signal, now: new Date(), everyMs: 50 }
      return { code: await withOfflineSpool(options, work), notes: terminal.notes() }
    }
    const logRun = async ({ at }: Spool) => {
      await createSlipway(at).experiments.create({ name: 'churn' })
      const { id } = await createSlipway(at).runs.create({ experimentId: 'churn', name: 'at sea' })
      await createSlipway(at).runs.log({ runId: id, metrics: [{ key: 'loss', value: 1, step: 1 }] })
      return id
    }
    const sentNow = await offline(central.url, async (own) => {
      const runId = await logRun(own)
      await expect.poll(async () => (await fetch(`${central.url}/v1/runs/${runId}`)).ok).toBe(true)
      // Nobody else on this machine may log into it.
      expect((await fetch(`${own.at.url}/v1/runs/${runId}`)).status).toBe(401)
      return 7
    })
    expect(sentNow).toEqual({ code: 7, notes: expect.stringContaining(`Sent to ${central.url}: `) })
    const { notes } = await offline('http://127.0.0.1:9', async (own) => {
      await logRun(own)
      return 0
    })
    expect(notes).toMatch(/: 1 run waits\n {2}run_\w+ {2}at sea in churn, RUNNING: 1 point, 0 files/)
    expect(notes).toContain(`slipway sync ${spools} --to http://127.0.0.1:9`)
    const options = { folder: spools, to: { url: central.url }, startServer, signal, isRemoved: true }
    const sent = await syncSpools(options)
    expect(sent.map(({ isRemoved, sent: { runs } }) => [isRemoved, runs])).toEqual([
      [true, 0],
      [true, 1],
    ])
    await expect(syncSpools(options)).rejects.toMatchObject({ code: 'spool_not_found' })
    await rm(spools, { recursive: true })
  })

  it('is done by one process at a time', async () => {
    const mine = openLedger(folder, central.url)
    expect(() => openLedger(folder, 'http://elsewhere')).toThrow('is being sent by another process')
    mine.close()
    const damaged = await mkdtemp(join(tmpdir(), 'slipway-damaged-'))
    await writeFile(join(damaged, 'sent.db'), 'no database, but longer than the head of one'.repeat(100))
    expect(() => openLedger(damaged, central.url)).toThrow('file is not a database')
    await rm(damaged, { recursive: true })
  })

  it('removes no data directory that it did not make, nor sends what is half removed', async () => {
    const around = await mkdtemp(join(tmpdir(), 'slipway-around-'))
    const data = join(around, 'data')
    await (await openSpool(data, { startServer })).close()
    await mkdir(join(around, 'old.removed'))
    await writeFile(join(around, 'old.removed', 'slipway.db'), '')
    const to = { url: central.url }
    const sent = await syncSpools({ folder: around, to, startServer, signal, isRemoved: true })
    expect(sent).toMatchObject([{ folder: data, isRemoved: false, refusals: [] }])
    expect(existsSync(join(data, 'slipway.db'))).toBe(true)
    await rm(around, { recursive: true })
  })
})
