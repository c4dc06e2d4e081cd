import { writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askUntilItFails } from '../../testing/busy-client.ts'
import { planVariant, type TestDataPlane, testDataPlane } from '../../testing/data-plane.ts'
import { logisticModel } from '../../testing/onnx-model.ts'
import type { PlanVariant } from '../inference/plan.ts'

const seen: { aborted: string[] } = { aborted: [] }

/** A control plane with one route of each difficult kind. */
function control(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/events') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.write('data: first\n\n')
    request.on('close', () => seen.aborted.push('/events'))
    return
  }
  if (request.url === '/refuse') {
    response.writeHead(413)
    response.end('too much')
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString()
    response.writeHead(200, { 'X-Method': request.method ?? '', 'Set-Cookie': ['a=1', 'b=2'] })
    response.end(request.method === 'HEAD' ? undefined : `${request.url} ${body}`)
  })
}

const infer = (url: string, model: string, row: readonly number[], headers: Record<string, string> = {}) =>
  fetch(`${url}/v2/models/${model}/infer`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ inputs: [{ name: 'features', datatype: 'FP32', shape: [1, row.length], data: row }] }),
  })

/** Resolves when the answer has begun; it is read until the signal. */
function openStream(url: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { signal, agent: false }, (response) => {
      response.resume().on('error', () => {})
      resolve()
    })
    request.on('error', (error) => (signal.aborted ? undefined : reject(error)))
    request.end()
  })
}

describe('the data plane', () => {
  let test: TestDataPlane
  let first: PlanVariant
  let second: PlanVariant

  beforeAll(async () => {
    test = await testDataPlane({ workers: 2, control, maxBodyBytes: 100_000 })
    first = await planVariant(test.folder, logisticModel([1, -1], 0), { version: '1' })
    second = await planVariant(test.folder, logisticModel([-1, 1], 0), { version: '2' })
    await test.plane.apply({ version: 1, deployments: [{ name: 'demo', salt: 's', variants: [first] }] })
  })
  afterAll(() => test.stop())

  it('answers with the probabilities of the model and records the prediction before it answers', async () => {
    const response = await infer(test.url, 'demo', [2, 1])
    const answer = await response.json()
    // Softmax over (-s/2, s/2) is the logistic function of the score s = 2 - 1.
    const [probability] = answer.outputs[1].data.slice(1)
    expect(probability).toBeCloseTo(1 / (1 + Math.exp(-1)), 6)
    expect(answer.outputs[0].data).toEqual([1])
    const id = response.headers.get('slipway-prediction-id')
    expect(answer.parameters.prediction_id).toBe(id)
    expect(await test.records()).toContainEqual(expect.arrayContaining(['p', id, 'demo', 'champion', 'mdv_1']))
  })

  it('passes everything else on: bodies, HEAD, repeated headers, refusals', async () => {
    const posted = await fetch(`${test.url}/echo?x=1`, { method: 'POST', body: 'payload' })
    expect(await posted.text()).toBe('/echo?x=1 payload')
    expect(posted.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    const head = await fetch(`${test.url}/echo`, { method: 'HEAD' })
    expect([head.status, head.headers.get('x-method'), await head.text()]).toEqual([200, 'HEAD', ''])
    const large = await fetch(`${test.url}/echo`, { method: 'PUT', body: 'x'.repeat(5_000_000) })
    expect((await large.text()).length).toBe(5_000_006)
    expect((await fetch(`${test.url}/refuse`)).status).toBe(413)
  })

  it('streams events and tells the control plane when the client goes', async () => {
    const abort = new AbortController()
    const response = await fetch(`${test.url}/events`, { signal: abort.signal })
    const reader = response.body?.getReader()
    const chunk = await reader?.read()
    expect(Buffer.from(chunk?.value ?? []).toString()).toBe('data: first\n\n')
    abort.abort()
    await expect.poll(() => seen.aborted).toContain('/events')
  })

  it('answers whoever comes after hundreds of callers that hold a stream open', async () => {
    const abort = new AbortController()
    const streams = Array.from({ length: 700 }, () => openStream(`${test.url}/events`, abort.signal))
    await Promise.all(streams)
    expect((await fetch(`${test.url}/echo`)).status).toBe(200)
    abort.abort()
  })

  it('lets the control plane decide about Expect: 100-continue', async () => {
    const body = await new Promise((resolve, reject) => {
      const request = httpRequest(`${test.url}/echo`, {
        method: 'POST',
        headers: { Expect: '100-continue', 'Content-Length': 4 },
      })
      request.on('continue', () => request.end('body'))
      request.on('response', (response) => response.setEncoding('utf8').on('data', resolve))
      request.on('error', reject)
      request.flushHeaders()
    })
    expect(body).toBe('/echo body')
  })

  it('swaps a version under load without one failed request', async () => {
    let stop = false
    const failures: number[] = []
    const versions = new Set<string>()
    const clients = Array.from({ length: 8 }, async () => {
      while (!stop) {
        const response = await infer(test.url, 'demo', [1, 0])
        if (response.status !== 200) failures.push(response.status)
        versions.add((await response.json()).model_version)
      }
    })
    for (let version = 2; version < 12; version++) {
      const variant = version % 2 === 0 ? second : first
      await test.plane.apply({ version, deployments: [{ name: 'demo', salt: 's', variants: [variant] }] })
    }
    stop = true
    await Promise.all(clients)
    expect(failures).toEqual([])
    expect(versions).toEqual(new Set(['1', '2']))
  })

  it('keeps serving the old version when the new file is damaged', async () => {
    await test.plane.apply({ version: 20, deployments: [{ name: 'demo', salt: 's', variants: [first] }] })
    const path = `${test.folder}/damaged.onnx`
    await writeFile(path, 'damaged')
    const damaged = { ...second, digest: 'damaged', path }
    const { failures } = await test.plane.apply({
      version: 21,
      deployments: [{ name: 'demo', salt: 's', variants: [damaged] }],
    })
    expect(failures[0]).toMatchObject({
      deployment: 'demo',
      problem: expect.stringContaining('not a readable ONNX model'),
    })
    expect((await (await infer(test.url, 'demo', [1, 0])).json()).model_version).toBe('1')
    await test.plane.apply({ version: 22, deployments: [{ name: 'demo', salt: 's', variants: [first] }] })
  })

  it('starts a killed worker again with the plan', async () => {
    const before = await test.plane.status()
    for (const { pid } of before) process.kill(pid, 'SIGKILL')
    await expect
      .poll(async () => (await test.plane.status()).filter(({ pid }) => before.every((old) => old.pid !== pid)).length)
      .toBe(2)
    expect((await infer(test.url, 'demo', [1, 0])).status).toBe(200)
  })

  it('is found again by the next control plane, the same processes still serving', async () => {
    const before = await test.plane.status()
    const next = test.again()
    await next.start()
    const after = await next.status()
    expect(after.map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid))
  })

  it('splits by a sticky key', async () => {
    const variants = [
      { ...first, weight: 75 },
      { ...second, name: 'canary', weight: 25 },
    ]
    await test.plane.apply({ version: 30, deployments: [{ name: 'demo', salt: 's', variants }] })
    const versionOf = async (key: string) =>
      (await (await infer(test.url, 'demo', [1, 0], { 'slipway-route-key': key })).json()).model_version
    const keys = Array.from({ length: 200 }, (_, index) => `user-${index}`)
    const once = await Promise.all(keys.map(versionOf))
    expect(await Promise.all(keys.map(versionOf))).toEqual(once)
    const share = once.filter((version) => version === '2').length
    // 200 draws at 25 %: four standard deviations are 24.
    expect(Math.abs(share - 50)).toBeLessThan(25)
  })

  it('ends without cutting off a client that keeps its connection busy', async () => {
    const row = { inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 2], data: [1, 0] }] }
    const clients = Array.from({ length: 20 }, () =>
      askUntilItFails(`${test.url}/v2/models/demo/infer`, { method: 'POST' }, JSON.stringify(row)),
    )
    await Promise.all(clients.map(({ answered }) => answered))
    await test.plane.stop()
    expect(await Promise.all(clients.map(({ wasCutOff }) => wasCutOff))).not.toContain(true)
  })
})

describe('with a token', () => {
  it('asks for it before anything but health, and refuses foreign hosts and pages', async () => {
    const test = await testDataPlane({ workers: 1, control, token: 'a-secret-token' })
    const variant = await planVariant(test.folder, logisticModel([1, -1], 0), { version: '1' })
    await test.plane.apply({ version: 1, deployments: [{ name: 'demo', salt: 's', variants: [variant] }] })
    const status = async (headers: Record<string, string>) => (await infer(test.url, 'demo', [1, 0], headers)).status
    expect(await status({})).toBe(401)
    expect(await status({ authorization: 'Bearer wrong-token' })).toBe(401)
    expect(await status({ authorization: 'Bearer a-secret-token' })).toBe(200)
    expect(await status({ authorization: 'Bearer a-secret-token', origin: 'http://evil.example' })).toBe(403)
    expect((await fetch(`${test.url}/v2/health/live`)).status).toBe(200)
    await test.stop()
  })
})

describe('without a control plane', () => {
  it('goes on predicting and answers the rest with a clear 503', async () => {
    const test = await testDataPlane({ workers: 1, control: (_, response) => response.destroy() })
    const variant = await planVariant(test.folder, logisticModel([1, -1], 0), { version: '1' })
    await test.plane.apply({ version: 1, deployments: [{ name: 'demo', salt: 's', variants: [variant] }] })
    expect((await infer(test.url, 'demo', [1, 0])).status).toBe(200)
    const other = await fetch(`${test.url}/v1/deployments`)
    expect([other.status, (await other.json()).code]).toEqual([503, 'control_plane_away'])
    await test.stop()
  })
})
