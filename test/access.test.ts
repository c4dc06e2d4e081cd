/**
 * Who may do what, asked of the whole server from outside: every operation, every raw route and every method of gRPC,
 * without a token, with that of a process that works for a run, and with the operator's; while the control plane has the
 * port, and through a worker.
 */
import { request } from 'node:http'
import { connect } from 'node:http2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialects, doors, modules } from '../src/app.ts'
import { inferenceGrpc } from '../src/dialects/inference/grpc/service.ts'
import { pathParameters, splitRoute } from '../src/kernel/operation.ts'
import { plannedCore } from '../src/platform/data-plane/index.ts'
import { grpcStatus } from '../src/platform/grpc/index.ts'
import { exampleValue } from '../src/surfaces/describe/example.ts'
import { describe as describeAll, fieldsOf, nameSchemas } from '../src/surfaces/describe/index.ts'
import { logisticModel } from '../src/testing/onnx-model.ts'
import { type TestApp, testApp } from '../src/testing/test-app.ts'

interface Way {
  readonly method: string
  readonly path: string
  readonly allow: string
  readonly body?: unknown
}

const operator = 'operator-secret'
const operations = modules.flatMap(({ name, operations: own }) => own.map((operation) => ({ module: name, operation })))
const asOperator = { id: 'token', kind: 'token' }
const unauthenticated = '16'
const permissionDenied = '7'

let app: TestApp
let child: string
let ways: readonly Way[]
const ids = { run: '', other: '', nested: '' }

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** The status alone, some answers never end; over a connection of its own, which whoever has the port now accepts. */
function statusOf({ method, path, body }: Pick<Way, 'method' | 'path' | 'body'>, token?: string): Promise<number> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const headers = {
    ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': text.length }),
    ...(token === undefined ? {} : bearer(token)),
  }
  return new Promise((resolve, reject) => {
    const asking = request(app.url + path, { method, headers, agent: false }, (answer) => {
      resolve(answer.statusCode ?? 0)
      answer.destroy()
    })
    asking.on('error', reject)
    asking.end(text)
  })
}

async function refusedWays(token: string | undefined, statuses: readonly number[]): Promise<string[]> {
  const refused: string[] = []
  for (const way of ways) if (statuses.includes(await statusOf(way, token))) refused.push(named(way))
  return refused
}

const named = ({ method, path }: Way) => `${method} ${path}`
const ok = async (method: string, path: string, body?: unknown, token = operator) => {
  const answer = await app.request(method, path, body, bearer(token))
  expect([method, path, answer.status, answer.body]).toMatchObject([method, path, expect.toSatisfy(isSuccess), {}])
  return answer.body
}
const isSuccess = (status: number) => status < 300

/** Values of which the schema tells by a pattern what they look like. */
const harder: Readonly<Record<string, object>> = {
  'runs.artifacts.store': { digest: '0'.repeat(64) },
  'models.connect': { server: 'http://127.0.0.1:9' },
  'traces.bundle.put': { assessments: [], spans: [], files: [] },
}

/** Every operation with an input that its schema takes, about things that are somebody else's. */
function operationWays(): Way[] {
  const { operations: described, schemas } = describeAll({ operations, routes: [], names: nameSchemas(doors) })
  return described.map((one) => {
    const required = fieldsOf(one).filter((field) => field.isRequired)
    const values = Object.fromEntries(
      required.map(({ name, schema }) => [name, exampleValue(schema, { schemas, name })]),
    )
    Object.assign(values, harder[one.name])
    const inPath = pathParameters(`x ${one.path}`)
    const path = one.path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(String(values[name])))
    const rest = Object.entries(values).filter(([name]) => !inPath.includes(name))
    const { allow } = operations.find(({ operation }) => operation.name === one.name)?.operation ?? { allow: '' }
    if (one.method === 'GET' || one.method === 'DELETE') {
      const query = new URLSearchParams(rest.map(([name, value]) => [name, String(value)]))
      return { method: one.method, path: rest.length === 0 ? path : `${path}?${query}`, allow }
    }
    return { method: one.method, path, allow, body: Object.fromEntries(rest) }
  })
}

/** Every route that is no operation, as the reference lists them. */
async function rawWays(): Promise<Way[]> {
  const { paths } = await ok('GET', '/openapi.json')
  const found: Way[] = []
  for (const [path, methods] of Object.entries<Record<string, { tags: string[]; 'x-permission': string }>>(paths)) {
    for (const [method, one] of Object.entries(methods)) {
      if (!one.tags?.includes('routes')) continue
      found.push({
        method: method.toUpperCase(),
        path: path.replace(/\{\w+\*?\}/g, 'other'),
        allow: one['x-permission'],
        ...(method === 'get' || method === 'head' ? {} : { body: {} }),
      })
    }
  }
  return found
}

beforeAll(async () => {
  app = await testApp({ modules, dialects, settings: { 'auth.token': operator, 'serving.workers': 1 } })
  for (const name of ['mine', 'theirs']) await ok('POST', '/v1/experiments', { name })
  ids.run = (await ok('POST', '/v1/runs', { experimentId: 'mine' })).id
  ids.other = (await ok('POST', '/v1/runs', { experimentId: 'mine' })).id
  // As the examples and the raw routes name it, and another run's.
  for (const id of ['traceId', 'other']) {
    const location = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '1' } }
    const info = { trace_id: id, trace_location: location, request_time: '2026-01-01T00:00:00Z', state: 'OK' }
    await ok('POST', '/api/3.0/mlflow/traces', { trace: { trace_info: info } })
  }
  const experiment = await ok('GET', '/v1/experiments/mine')
  child = app.platform.children.admit({ runId: ids.run, experiment, models: ['delay'] }).token
  ways = [...operationWays(), ...(await rawWays())]
  expect(ways.length).toBeGreaterThan(450)
})
afterAll(() => app?.dispose())

describe('every operation', () => {
  it('says what its permission is about', () => {
    const silent = operations.filter(({ operation }) => operation.subject === undefined)
    expect(silent.map(({ operation }) => operation.name)).toEqual([])
  })

  it('is about one thing, or about a collection because its route names none', () => {
    const wrong = operations.filter(({ operation: { subject, http } }) => {
      if (typeof subject !== 'string') return false
      return subject.includes(':') ? pathParameters(subject).length === 0 : splitRoute(http).path.includes('{')
    })
    expect(wrong.map(({ operation }) => operation.name)).toEqual([])
  })
})

/** What a process of a run may do to things of others: look, and store bytes. */
const onOthers = new Set([
  'public',
  'runs:read',
  'experiments:read',
  'traces:read',
  'datasets:read',
  'models:read',
  'blobs:read',
  'reference:read',
  'blobs:write',
])

function describeAccess(where: string): void {
  describe(where, () => {
    it('lets nobody in without a token, but to what is public', async () => {
      const refused = await refusedWays(undefined, [401])
      expect(refused).toEqual(ways.filter(({ allow }) => allow !== 'public').map(named))
    })

    it('lets a process of a run touch nothing of others, and only look at what a training needs', async () => {
      const refused = await refusedWays(child, [401, 403])
      expect(refused).toEqual(ways.filter(({ allow }) => !onOthers.has(allow)).map(named))
    })

    it('lets a process of a run log into its own run and what is nested in it', async () => {
      const { run, other } = ids
      const as = (method: string, path: string, body?: unknown) => ok(method, path, body, child)
      const nested = await as('POST', '/v1/runs', { experimentId: 'mine', parentRunId: run })
      const metrics = [{ key: 'auc', value: 0.7, step: 0, timestamp: 1 }]
      for (const id of [run, nested.id]) {
        await as('POST', `/v1/runs/${id}/log`, { metrics })
        await as('POST', '/api/2.0/mlflow/runs/log-batch', { run_id: id, params: [{ key: 'depth', value: '4' }] })
      }
      const { run: message } = await as('POST', '/api/2.0/mlflow/runs/create', {
        experiment_id: '1',
        tags: [{ key: 'mlflow.parentRunId', value: nested.id }],
      })
      await as('PATCH', `/v1/runs/${message.info.run_id}`, { name: 'deeper' })
      await as('PUT', `/api/2.0/mlflow-artifacts/artifacts/1/${run}/artifacts/notes.txt`, 'text')
      const model = await as('POST', '/api/2.0/mlflow/logged-models', { experiment_id: '1', source_run_id: run })
      const { model_id: modelId } = model.model.info
      await as('PATCH', `/api/2.0/mlflow/logged-models/${modelId}`, { model_id: modelId, status: 'LOGGED_MODEL_READY' })
      const refused: [string, string, unknown][] = [
        ['POST', '/v1/runs', { experimentId: 'mine' }],
        ['POST', '/v1/runs', { experimentId: 'mine', parentRunId: other }],
        ['POST', `/v1/runs/${other}/log`, { metrics }],
        ['DELETE', `/v1/runs/${run}`, undefined],
        ['POST', `/v1/runs/${run}/fork`, {}],
        ['POST', '/v1/runs/change', { runIds: [run], lifecycle: 'deleted' }],
        ['POST', '/api/2.0/mlflow/runs/delete', { run_id: run }],
        ['POST', '/api/2.0/mlflow/runs/set-tag', { run_id: other, key: 'a', value: 'b' }],
        ['PUT', `/api/2.0/mlflow-artifacts/artifacts/1/${other}/artifacts/notes.txt`, 'text'],
      ]
      for (const [method, path, body] of refused)
        expect([path, (await app.request(method, path, body, bearer(child))).status]).toEqual([path, 403])
    })

    it('lets a process of a run register the model that its step declares, and no other', async () => {
      const version = (runId: string) => ({ files: [], format: 'onnx', runId })
      const post = (path: string, body: unknown) => app.request('POST', path, body, bearer(child))
      expect((await post('/v1/models/delay/versions', version(ids.run))).status).not.toBe(403)
      expect((await post('/v1/models/delay/versions', version(ids.other))).status).toBe(403)
      expect((await post('/v1/models/fare/versions', version(ids.run))).status).toBe(403)
      expect((await post('/api/2.0/mlflow/registered-models/create', { name: 'fare' })).status).toBe(403)
      expect((await post('/api/2.0/mlflow/registered-models/create', { name: 'delay' })).status).not.toBe(403)
    })

    it('refuses in the words of each protocol, and says what was needed, on what, and what to do', async () => {
      const own = await app.request('DELETE', '/v1/models/delay', undefined, bearer(child))
      expect(own.body).toMatchObject({ code: 'run_may_not', status: 403 })
      expect(own.body.detail).toContain('needs models:write on model:delay')
      expect(own.body.hint).toContain("with the server's token")
      const foreign = await app.request('POST', '/api/2.0/mlflow/experiments/create', { name: 'x' }, bearer(child))
      expect([foreign.status, foreign.body]).toMatchObject([403, { error_code: 'PERMISSION_DENIED' }])
      expect(foreign.body.message).toContain('experiments:write')
      const spans = await app.request('POST', '/v1/traces', { resourceSpans: [] }, bearer(child))
      expect([spans.status, spans.body]).toMatchObject([403, { code: 7 }])
    })

    it('checks every method of gRPC', async () => {
      const services = inferenceGrpc(plannedCore(undefined))
      const methods = services.flatMap(({ name, methods: own }) =>
        Object.entries(own).map(([method, { isPublic = false }]) => ({ path: `/${name}/${method}`, isPublic })),
      )
      expect(methods.length).toBeGreaterThan(10)
      const session = connect(app.url)
      for (const { path, isPublic } of methods) {
        const statuses = [await grpc(session, path), await grpc(session, path, operator)]
        const [without, asOperator] = statuses
        expect([path, without === unauthenticated]).toEqual([path, !isPublic])
        expect([unauthenticated, permissionDenied]).not.toContain(asOperator)
        const asChild = await grpc(session, path, child)
        if (!isPublic && !path.includes('reflection'))
          expect([path, [unauthenticated, permissionDenied].includes(asChild)]).toEqual([path, true])
      }
      session.close()
    })
  })
}

function grpc(session: ReturnType<typeof connect>, path: string, token?: string): Promise<string> {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    // A watch of health goes on for ever.
    'grpc-timeout': '500m',
    ...(token === undefined ? {} : bearer(token)),
  })
  return new Promise((resolve, reject) => {
    let status: unknown = grpcStatus.ok
    const look = (headers: Record<string, unknown>) => {
      status = headers['grpc-status'] ?? status
    }
    stream.on('response', look)
    stream.on('trailers', look)
    stream.on('error', reject)
    stream.on('close', () => resolve(String(status)))
    stream.resume()
    stream.end(Buffer.alloc(5))
  })
}

describeAccess('while the control plane has the port')

describe('through a worker', () => {
  beforeAll(async () => {
    const blob = await app.platform.blobs.write(logisticModel([1, 1], 0))
    await ok('POST', '/v1/models/served/versions', { files: [{ path: 'model.onnx', ...blob }], format: 'onnx' })
    await ok('PUT', '/v1/deployments/served', { model: 'served/1' })
    // A worker answers, which knows no process of a run; the control plane would know it and say 403.
    expect(await statusOf({ method: 'GET', path: '/v2/models/served' }, child)).toBe(401)
  })

  describeAccess('which passes on what is not inference')

  it('keeps who called', async () => {
    await ok('POST', '/v1/experiments', { name: 'later' })
    await ok('POST', '/v1/runs', { experimentId: 'mine', parentRunId: ids.run }, child)
    const events = await app.platform.events.list({ limit: 50, types: ['tracking.run.created'] })
    expect(events[0]?.actor).toEqual({ id: ids.run, kind: 'run' })
    expect(events.at(-1)?.actor).toEqual(asOperator)
  })

  it('keeps who decided: started and canceled a run, asked for a verdict', async () => {
    const definition = { name: 'long', steps: [{ name: 'wait', run: 'sleep 60' }] }
    await ok('POST', '/v1/pipelines', { definition })
    const { id, startedBy } = await ok('POST', '/v1/pipelines/long/runs', {})
    const { canceledBy } = await ok('POST', `/v1/pipeline-runs/${id}/cancel`, {})
    await ok('PUT', '/v1/gates/good', { model: 'served', rules: [{ metric: 'auc', atLeast: 0.5 }] })
    const verdict = await ok('POST', '/v1/gates/good/decide', { modelVersion: 'served/1', metrics: { auc: 0.7 } })
    expect([startedBy, canceledBy, verdict.actor]).toEqual([asOperator, asOperator, asOperator])
  })
})

it('lets the operator do everything', async () => {
  expect(await refusedWays(operator, [401, 403])).toEqual([])
})

it('closes with its run', async () => {
  app.platform.children.admit({ runId: ids.run, experiment: { id: '', number: 0, name: '' }, models: [] }).dismiss()
  const answer = await app.request('GET', '/v1/runs/x', undefined, bearer(child))
  expect([answer.status, answer.body.code]).toEqual([401, 'run_token_ended'])
})
