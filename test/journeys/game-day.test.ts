/**
 * Game day: one deployment under steady traffic lives through a candidate that is a little worse, a good one, a shadow that
 * is killed again and again, and the death of the control plane in the middle of a canary. No client may notice any of it.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callJson } from '../../src/testing/json-requests.ts'
import { logisticModel } from '../../src/testing/onnx-model.ts'
import { type ServerChild, serverChild } from '../../src/testing/server-child.ts'

/** The truth is a > b. Version 2 draws its line elsewhere and is wrong on every ninth row or so; version 3 is right again. */
const weights = [
  [4, -4],
  [4, -5.2],
  [6, -6],
] as const
const steps = [
  { weight: 30, minPredictions: 100, minLabels: 100 },
  { weight: 60, minPredictions: 200, minLabels: 200 },
]
const analysis = { metric: 'accuracy', maxDrop: 0.03, maxErrorRate: 0 }

let server: ServerChild
let sent = 0
/** Labels that wait for a control plane. */
let truths: { predictionId: string; label: number }[] = []

beforeAll(async () => {
  server = await serverChild(['--serving-workers', '1'])
  await server.start()
  for (const [a, b] of weights) {
    const blob = await call('PUT', '/v1/blobs', logisticModel([a, b], 0))
    await call('POST', '/v1/models/demo/versions', { files: [{ path: 'model.onnx', ...blob }], format: 'onnx' })
  }
  await call('PUT', '/v1/deployments/demo', { model: 'demo/1' })
})
afterAll(() => server.dispose())

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  callJson(server.url, method, path, body, headers)

describe('game day', () => {
  it('catches a candidate that is fast, error-free and a little worse, and rolls it back', async () => {
    expect(await drive(await startRollout('2'))).toBe('rolledBack')
    const [rollout] = (await call('GET', '/v1/rollouts')).items
    const last = rollout.history.at(-1)
    expect(last.reason).toMatch(/^accuracy 0\.\d+ on \d+ labels .* worse, a drop of at most 0\.03 is allowed$/)
    const { candidate, champion } = last.evidence
    expect(candidate.errorCount).toBe(0)
    expect(Math.max(candidate.p99Us, champion.p99Us)).toBeLessThan(50_000)
    // A little: most of its answers were right.
    expect(candidate.accuracy).toBeGreaterThan(0.75)
    expect(await served()).toEqual([[1, 100]])
  })

  it('promotes a good one although the control plane is killed in the middle of its canary', async () => {
    const id = await startRollout('3')
    await requests(60)
    await tellTruths()
    expect((await call('GET', `/v1/rollouts/${id}`)).state).toBe('running')
    server.kill('SIGKILL')
    expect(await server.exited()).toBe('SIGKILL')
    await requests(100)
    const split = (await call('GET', '/v2/models/demo')).versions
    expect(split).toEqual(['1', '3'])
    await server.start()
    expect(await drive(id)).toBe('promoted')
    const { history } = await call('GET', `/v1/rollouts/${id}`)
    expect(history.map(({ act }: { act: string }) => act)).toEqual(['started', 'advanced', 'promoted'])
    expect(await served()).toEqual([[3, 100]])
  })

  it('harms nobody with a shadow that is killed again and again', async () => {
    const shadow = await call('POST', '/v1/deployments/demo/shadows', { ref: '2' })
    const report = async () => call('GET', `/v1/shadows/${shadow.id}`)
    const afterTraffic = async () => {
      await requests(5)
      return report()
    }
    for (let crashes = 1; crashes <= 3; crashes++) {
      await expect.poll(() => kill(shadow.id, requests(5))).toBe(true)
      await expect.poll(async () => (await afterTraffic()).crashCount).toBe(crashes)
    }
    const scored = (await report()).summary.rowCount
    await expect.poll(async () => (await afterTraffic()).summary.rowCount).toBeGreaterThan(scored)
    const { summary } = await report()
    expect(summary.agreedCount).toBeGreaterThan(0.7 * summary.rowCount)
    expect(await served()).toEqual([[3, 100]])
  })

  it('has lost nothing: every answered request is there once, and none failed', async () => {
    await tellTruths()
    const ids = new Set<string>()
    let page = await call('GET', '/v1/predictions?limit=1000')
    for (;;) {
      for (const { id } of page.items) ids.add(id)
      if (page.nextCursor === undefined) break
      page = await call('GET', `/v1/predictions?limit=1000&cursor=${page.nextCursor}`)
    }
    expect(ids.size).toBe(sent)
    const { totals } = await call('GET', `/v1/deployments/demo/traffic?from=0`)
    const sum = (read: (total: { requestCount: number; errorCount: number; droppedCount: number }) => number) =>
      totals.reduce((all: number, total: Parameters<typeof read>[0]) => all + read(total), 0)
    expect([sum((each) => each.requestCount), sum((each) => each.errorCount + each.droppedCount)]).toEqual([sent, 0])
  })
})

async function startRollout(ref: string): Promise<string> {
  return (await call('POST', '/v1/rollouts', { deployment: 'demo', ref, steps, analysis, key: `game-day-${ref}` })).id
}

/** Traffic and its truth until the rollout has ended by itself. */
async function drive(rolloutId: string): Promise<string> {
  for (let turn = 0; turn < 60; turn++) {
    await requests(40)
    await tellTruths()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const { state } = await call('GET', `/v1/rollouts/${rolloutId}`)
    if (state !== 'running') return state
  }
  throw new Error('the rollout did not end')
}

async function served(): Promise<unknown> {
  const { variants } = await call('GET', '/v1/deployments/demo')
  return variants.map(({ version, weight }: { version: number; weight: number }) => [version, weight])
}

/** Every one must be answered. */
async function requests(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const row = [((sent * 37) % 101) / 101, ((sent * 61 + 7) % 103) / 103] as const
    const inputs = [{ name: 'features', datatype: 'FP32', shape: [1, 2], data: row }]
    const predictionId = `game-day-${sent}`
    await call('POST', '/v2/models/demo/infer', { inputs }, { 'slipway-prediction-id': predictionId })
    sent += 1
    truths.push({ predictionId, label: row[0] > row[1] ? 1 : 0 })
  }
}

async function tellTruths(): Promise<void> {
  const labels = truths
  truths = []
  if (labels.length > 0) expect((await call('POST', '/v1/labels', { labels })).unknownIds).toEqual([])
}

/** Ends the process of a shadow as the system would when memory is short; false while it has none. */
async function kill(shadowId: string, traffic: Promise<void>): Promise<boolean> {
  await traffic
  const found = await promisify(execFile)('pgrep', ['-f', `slipway-${shadowId}`]).catch(() => ({ stdout: '' }))
  const pids = found.stdout.split('\n').filter((line) => line !== '')
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL')
  return pids.length > 0
}
