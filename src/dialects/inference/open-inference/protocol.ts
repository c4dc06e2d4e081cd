import { errorKinds, toAppError } from '../../../kernel/errors.ts'
import {
  type HttpAnswer,
  type HttpInference,
  type InferenceCore,
  type InferenceProtocol,
  inferenceErrors,
  type ServedModel,
} from '../../../platform/inference/index.ts'
import { toHttpAnswer } from './answer.ts'
import { modelConfig, repositoryIndex } from './extensions.ts'
import { parseRequest } from './request.ts'

/**
 * The Open Inference Protocol (V2) over REST: health, metadata, readiness, inference, with binary tensors. What real
 * clients need beyond the text: health bodies carry both `live` and `ready`, the answer always names the model, and the
 * content type of a request is not looked at, since clients send none, JSON, octet-stream or a form's.
 */
const serverName = 'slipway'
const serverVersion = '0.1.0'
const extensions = ['binary_tensor_data', 'parameters', 'model_configuration', 'model_repository']

const modelPath = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(ready|infer|config))?$/

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
  ],
  claims: (_method, path) => path.startsWith('/v2/') || path === '/v2',
  isPublic: (path) => path === '/v2/health/live' || path === '/v2/health/ready',
  handle,
  toError: (error) => {
    const failure = toAppError(error)
    const body = failure.hint === undefined ? failure.message : `${failure.message} ${failure.hint}`
    return json({ error: body }, errorKinds[failure.kind].http)
  },
}

function handle(request: HttpInference, core: InferenceCore): Promise<HttpAnswer> | HttpAnswer {
  const { method, path } = request
  const found = modelPath.exec(path)
  if (found !== null) {
    const [, encoded = '', version, action] = found
    const model = decodeURIComponent(encoded)
    if (action === 'infer') {
      if (method !== 'POST') return json({ error: `infer takes POST, not ${method}` }, 405)
      return infer(request, core, { model, version })
    }
    const served = core.model(model, version)
    if (action === 'ready') return readiness(served)
    return json(action === 'config' ? modelConfig(served) : metadata(served, version))
  }
  return serverRoutes(request, core)
}

function serverRoutes({ path, body }: HttpInference, core: InferenceCore): HttpAnswer {
  switch (path) {
    case '/v2':
    case '/v2/':
      return json({ name: serverName, version: serverVersion, extensions })
    case '/v2/health/live':
      return json({ live: true, ready: true })
    case '/v2/health/ready': {
      const ready = core.models().every((model) => model.ready)
      return json({ live: true, ready }, ready ? 200 : 503)
    }
    case '/v2/repository/index':
      return json(repositoryIndex(core, body))
    case '/v2/models':
      return json({ models: core.models().map((model) => model.name) })
    default:
      return json({ error: `no route ${path}` }, 404)
  }
}

async function infer(
  http: HttpInference,
  core: InferenceCore,
  target: { model: string; version: string | undefined },
): Promise<HttpAnswer> {
  // A wrong name is told before a wrong body.
  core.model(target.model, target.version)
  const { request, wantsBinary } = parseRequest(http, target.model, target.version)
  const answer = await core.infer(request)
  return toHttpAnswer(answer, request.requestId, wantsBinary)
}

function readiness(model: ServedModel): HttpAnswer {
  if (!model.ready) throw inferenceErrors.inference_model_waiting({ model: model.name })
  return json({ name: model.name, ready: true })
}

function metadata(model: ServedModel, version: string | undefined): object {
  return {
    name: model.name,
    versions: version === undefined ? model.versions : [version],
    platform: 'onnx_onnxv1',
    inputs: model.inputs,
    outputs: model.outputs,
  }
}

function json(body: object, status = 200): HttpAnswer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
}
