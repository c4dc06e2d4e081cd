import { errorKinds, toAppError } from '../../../kernel/errors.ts'
import { notNow } from '../../../platform/data-plane/index.ts'
import {
  type HttpAnswer,
  type HttpInference,
  type InferenceCore,
  type InferenceProtocol,
  inferenceErrors,
  type ServedModel,
} from '../../../platform/inference/index.ts'
import { withHint } from '../json-protocol.ts'
import { decodeName } from '../path-name.ts'
import { isServerReady } from '../server-ready.ts'
import { toHttpAnswer } from './answer.ts'
import { loadModel, modelConfig, repositoryIndex, unloadModel } from './extensions.ts'
import { modelMetadata, serverMetadata } from './metadata.ts'
import { parseObject, parseRequest } from './request.ts'
import { modelStatistics, type StatisticsOf } from './statistics.ts'

/**
 * The Open Inference Protocol (V2) over REST: health, metadata, readiness, inference, with binary tensors. What real
 * clients need beyond the text: health bodies carry both `live` and `ready`, the answer always names the model, and the
 * content type of a request is not looked at, since clients send none, JSON, octet-stream or a form's.
 */
/** With and without the name of a repository: there is one. */
const repositoryPath = /^\/v2\/repository(?:\/[^/]+)?\/(?:(index)|models\/([^/]+)\/(load|unload))$/
const modelPath = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(ready|infer|config|stats))?$/

/** What Triton offers and a server of deployments cannot: answered in words instead of "no route". */
const unsupportedPath = /^\/v2\/(?:models\/[^/]+\/)?(systemsharedmemory|cudasharedmemory|trace|logging)(?:\/|$)/
const unsupported: Readonly<Record<string, string>> = {
  systemsharedmemory: 'Shared memory',
  cudasharedmemory: 'CUDA shared memory',
  trace: 'The trace extension',
  logging: 'The logging extension',
}

/** Statuses that Triton gives these errors, where the meaning of their kind is another. */
const statusOf: Readonly<Record<string, number>> = { inference_overloaded: 503, inference_unsupported: 501 }

export const openInference: InferenceProtocol = {
  name: 'open-inference',
  routes: [
    { method: 'GET', path: '/v2', summary: 'Server metadata.' },
    { method: 'GET', path: '/v2/health/live', summary: 'Whether the server runs.' },
    { method: 'GET', path: '/v2/health/ready', summary: 'Whether every deployment can answer.' },
    { method: 'GET', path: '/v2/models', summary: 'The deployed models.' },
    {
      method: 'GET',
      path: '/v2/models/{rest*}',
      summary: 'Metadata of a model, or with /ready whether it can answer.',
    },
    {
      method: 'POST',
      path: '/v2/models/{rest*}',
      summary: 'Inference: /v2/models/{model}[/versions/{version}]/infer.',
    },
    { method: 'POST', path: '/v2/repository/{rest*}', summary: 'The index of models; loading and unloading.' },
    ...['systemsharedmemory/{rest*}', 'cudasharedmemory/{rest*}', 'trace/{rest*}', 'logging'].flatMap((path) =>
      (['GET', 'POST'] as const).map((method) => ({
        method,
        path: `/v2/${path}`,
        summary: 'Refused: this server has no such thing.',
      })),
    ),
  ],
  claims: (_method, path) => path.startsWith('/v2/') || path === '/v2',
  isPublic: (path) => path === '/v2/health/live' || path === '/v2/health/ready',
  handle,
  toError: (error) => {
    const failure = toAppError(error)
    const status = statusOf[failure.code] ?? errorKinds[failure.kind].http
    return json({ error: withHint(failure) }, status, errorKinds[failure.kind].retryable ? { 'Retry-After': '1' } : {})
  },
}

function handle(request: HttpInference, core: InferenceCore): Promise<HttpAnswer> | HttpAnswer {
  const { method, path } = request
  // A deployment of this name would be hidden by it; the name is Triton's.
  const found = path === '/v2/models/stats' ? null : modelPath.exec(path)
  if (found !== null) {
    const [, encoded = '', version, action] = found
    const model = decodeName(encoded)
    if (action === 'infer') {
      if (method !== 'POST') return json({ error: `infer takes POST, not ${method}` }, 405)
      return infer(request, core, { model, version })
    }
    if (action === 'stats') return statistics(core, { model, version })
    const served = core.model(model, version)
    if (action === 'ready') return readiness(served)
    return json(action === 'config' ? modelConfig(served) : modelMetadata(served, version))
  }
  return serverRoutes(request, core)
}

function serverRoutes({ method, path, body }: HttpInference, core: InferenceCore): Promise<HttpAnswer> | HttpAnswer {
  const repository = repositoryPath.exec(path)
  if (repository !== null && method === 'POST') return repositoryRoutes(core, repository, body)
  const [, extension] = unsupportedPath.exec(path) ?? []
  if (extension !== undefined)
    throw inferenceErrors.inference_unsupported({ what: unsupported[extension] ?? extension })
  switch (path) {
    case '/v2/models/stats':
      return statistics(core, {})
    case '/v2':
    case '/v2/':
      return json(serverMetadata)
    case '/v2/health/live':
      return json({ live: true, ready: true })
    case '/v2/health/ready': {
      const ready = isServerReady(core)
      return json({ live: true, ready }, ready ? 200 : 503)
    }
    case '/v2/models':
      return json({ models: core.models().map((model) => model.name) })
    default:
      return json({ error: `no route ${path}` }, 404)
  }
}

function repositoryRoutes(
  core: InferenceCore,
  [, index, encoded = '', verb]: RegExpExecArray,
  body: Buffer,
): HttpAnswer {
  const given = body.byteLength === 0 ? {} : parseObject(body.toString())
  if (index !== undefined) return json(repositoryIndex(core, given.ready === true))
  const model = decodeName(encoded)
  if (verb === 'unload') unloadModel(core, model)
  else loadModel(core, model, Object.keys(given.parameters ?? {}))
  return json({})
}

async function statistics(core: InferenceCore, of: StatisticsOf): Promise<HttpAnswer> {
  return json(await modelStatistics(core, of))
}

async function infer(
  http: HttpInference,
  core: InferenceCore,
  target: { model: string; version: string | undefined },
): Promise<HttpAnswer> {
  // A wrong name is told before a wrong body.
  const served = core.model(target.model, target.version)
  const { request, wantsBinary } = parseRequest(http, served, target.version)
  const answer = await core.infer(request)
  return toHttpAnswer(answer, request.requestId, wantsBinary)
}

function readiness(model: ServedModel): HttpAnswer {
  if (model.problem !== undefined)
    throw inferenceErrors.inference_model_unready({ model: model.name, problem: model.problem })
  if (!model.ready) throw notNow(model)
  return json({ name: model.name, ready: true })
}

function json(body: object, status = 200, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) }
}
