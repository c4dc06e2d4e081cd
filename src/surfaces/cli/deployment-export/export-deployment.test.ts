import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createTransport } from '../../../sdk/index.ts'
import { freePort } from '../../../testing/free-port.ts'
import { serverEnvironment } from '../../../testing/server-environment.ts'
import { type ServingApp, servingApp } from '../../../testing/serving-app.ts'
import { exportDeployment } from './export-deployment.ts'

const main = resolve(import.meta.dirname, '../../../main.ts')
let app: ServingApp
let folder: string
const children: ChildProcess[] = []

beforeAll(async () => {
  app = await servingApp()
  folder = await mkdtemp(join(tmpdir(), 'slipway-export-'))
  await app.register([1, -1])
  await app.register([-1, 1])
  const variants = [
    { name: 'main', ref: '1', weight: 60 },
    { name: 'other', ref: '2', weight: 40 },
  ]
  await app.request('PUT', '/v1/deployments/My_Demo.1', { model: 'demo/1' })
  await app.request('POST', '/v1/deployments/My_Demo.1/split', { variants })
  const rules = [{ header: 'x-beta', value: 'yes', variant: 'other' }]
  await app.request('PUT', '/v1/deployments/My_Demo.1/routing', { rules })
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await app.dispose()
  await rm(folder, { recursive: true, force: true })
})

const write = (format: string, name: string, image?: string) =>
  exportDeployment(createTransport({ url: app.url }), {
    deployment: 'My_Demo.1',
    format,
    folder: join(folder, name),
    image,
    version: '1.2.3',
  })
const read = (...path: string[]) => readFile(join(folder, ...path), 'utf8')

async function serve(name: string, flags: readonly string[] = []) {
  const port = await freePort()
  const child = spawn(process.execPath, [main, 'serve-package', join(folder, name), '--port', String(port), ...flags], {
    env: serverEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)))
  const said = text(child.stderr)
  const ready = new Promise<boolean>((done) => {
    child.stdout.once('data', () => done(true))
    child.once('exit', () => done(false))
  })
  return { url: `http://127.0.0.1:${port}`, child, exited, said, isReady: await ready }
}

async function infer(url: string, row: readonly number[], headers: Record<string, string>) {
  const answer = await fetch(`${url}/v2/models/My_Demo.1/infer`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 2], data: row }] }),
  })
  const { model_name, model_version, outputs } = (await answer.json()) as Record<string, unknown>
  return { status: answer.status, model_name, model_version, outputs }
}

describe('slipway deployments export', () => {
  it('writes a folder whose command answers what the deployment answers, split and rules included', async () => {
    await write('oci', 'image')
    const served = await serve('image')
    expect(served.isReady).toBe(true)
    for (const path of ['/health', '/ready', '/v2/health/ready', '/v2/models/My_Demo.1/ready'])
      expect([path, (await fetch(served.url + path)).status]).toEqual([path, 200])
    const versions = new Set<unknown>()
    for (let i = 0; i < 20; i++) {
      const headers = { 'slipway-route-key': `user-${i}`, ...(i === 0 ? { 'x-beta': 'yes' } : {}) }
      const row = [Math.sin(i), Math.cos(i)]
      const here = await infer(served.url, row, headers)
      expect(here).toEqual(await infer(app.url, row, headers))
      expect(here.status).toBe(200)
      versions.add(here.model_version)
    }
    expect([...versions].sort()).toEqual(['1', '2'])
    expect((await fetch(`${served.url}/v1/deployments`)).status).toBe(404)
    served.child.kill('SIGTERM')
    expect(await served.exited).toBe(0)
  })

  it('gives the same bytes for the same deployment', async () => {
    const { paths } = await write('kubernetes', 'first')
    await write('kubernetes', 'second')
    expect(paths).toEqual(
      (await readdir(join(folder, 'first'), { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'first').length + 1))
        .sort(),
    )
    for (const path of paths)
      expect([path, await readFile(join(folder, 'second', path))]).toEqual([
        path,
        await readFile(join(folder, 'first', path)),
      ])
  })

  it('refuses a damaged model, a folder that is none, and other machines without a token', async () => {
    const { paths } = await write('oci', 'damaged')
    await writeFile(join(folder, 'damaged', paths.find((path) => path.startsWith('models/')) ?? ''), 'not a model')
    const damaged = await serve('damaged')
    expect([damaged.isReady, await damaged.exited]).toEqual([false, 2])
    expect(await damaged.said).toMatch(/is not the model that the package names/)
    const empty = await serve('nowhere')
    expect(await empty.said).toMatch(/cannot be|not a deployment that can be served/)
    const open = await serve('image', ['--host', '0.0.0.0'])
    expect(open.isReady).toBe(false)
    expect(await open.said).toContain('without a token')
  })

  it('says which formats there are, and what cannot be exported', async () => {
    await expect(write('helm', 'x')).rejects.toThrow('There is no format helm; there are oci, kubernetes, kserve.')
    await app.request('PUT', '/v1/deployments/early', { model: 'nothing-yet' })
    const waiting = exportDeployment(createTransport({ url: app.url }), {
      deployment: 'early',
      format: 'oci',
      folder: join(folder, 'early'),
      version: '1',
    })
    await expect(waiting).rejects.toMatchObject({ code: 'deployment_not_portable' })
    expect(await readdir(folder)).not.toContain('early')
  })
})

describe('manifests', () => {
  it('of Kubernetes belong together and meet the rules of the API', async () => {
    await write('kubernetes', 'cluster', 'registry.example/demo:7')
    const [deployment, service, autoscaler] = await Promise.all(
      ['deployment', 'service', 'autoscaler'].map(async (name) =>
        parse(await read('cluster', 'kubernetes', `${name}.yaml`)),
      ),
    )
    const name = deployment.metadata.name
    expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
    expect(deployment.spec.template.metadata.labels).toMatchObject(deployment.spec.selector.matchLabels)
    expect(deployment.spec.template.metadata.labels).toMatchObject(service.spec.selector)
    expect(autoscaler.spec.scaleTargetRef).toEqual({ apiVersion: deployment.apiVersion, kind: deployment.kind, name })
    // The autoscaler owns the number of replicas, and needs a request to compare with.
    expect(deployment.spec.replicas).toBeUndefined()
    const [pod] = deployment.spec.template.spec.containers
    expect(pod.resources.requests.cpu).toMatch(/^\d+m$/)
    expect(pod.image).toBe('registry.example/demo:7')
    const port = pod.ports[0].containerPort
    expect(service.spec.ports[0].targetPort).toBe(port)
    expect([pod.readinessProbe, pod.livenessProbe].map(({ httpGet }) => httpGet)).toEqual([
      { path: '/ready', port },
      { path: '/health', port },
    ])
    const containerfile = await read('cluster', 'Containerfile')
    expect(containerfile).toContain(`EXPOSE ${port}\n`)
    expect(containerfile).toContain('slipway@1.2.3')
    const command = JSON.parse(/^CMD (.*)$/m.exec(containerfile)?.[1] ?? '')
    expect(command.slice(0, 3)).toEqual(['slipway', 'serve-package', '/package'])
    expect(command[command.indexOf('--port') + 1]).toBe(String(port))
  })

  it('of KServe describe a custom predictor', async () => {
    await write('kserve', 'kserve')
    const { apiVersion, kind, spec } = parse(await read('kserve', 'inferenceservice.yaml'))
    expect([apiVersion, kind]).toEqual(['serving.kserve.io/v1beta1', 'InferenceService'])
    const [predictor] = spec.predictor.containers
    expect(predictor).toMatchObject({ name: 'kserve-container', image: 'my-demo-1:1-2' })
    expect(predictor.ports).toEqual([{ name: 'http1', containerPort: 8080, protocol: 'TCP' }])
  })
})
