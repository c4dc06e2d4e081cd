import { errorKinds, toAppError } from '../../../kernel/errors.ts'
import {
  type HttpAnswer,
  type HttpInference,
  type InferenceCore,
  type InferenceProtocol,
  inferenceErrors,
  invalidInput,
  type ServedModel,
} from '../../../platform/inference/index.ts'
import { infer, jsonAnswer, predictionAnswer, readObject, type Target, withHint } from '../json-protocol.ts'
import { decodeName } from '../path-name.ts'
import { answerColumns, answerRows, tensorsFromColumns, tensorsFromRows } from '../tabular.ts'
import { decodeBinary } from './binary-values.ts'
import { servableMetadata } from './metadata.ts'

/**
 * KServe V1 and the REST API of TensorFlow Serving, which share their paths (tensorflow/serving g3doc/api_rest.md, KServe
 * "v1 protocol"): rows as `instances` are answered with `predictions`, columns as `inputs` with `outputs`. The status of a
 * model, `GET /v1/models/{name}`, is Slipway's own route for registered models; clients that need it use the base
 * `/inference`, where the answer carries the fields of both protocols.
 */
const verbs = /^(?:\/inference)?\/v1\/models\/([^/:]+)(?:\/(?:versions\/([^/:]+)|labels\/([^/:]+)))?:(\w+)$/
const status = /^\/inference\/v1\/models\/([^/:]+)(?:\/versions\/([^/:]+))?(\/metadata)?$/

export const tensorflowServing: InferenceProtocol = {
  name: 'tensorflow-serving',
  routes: [
    {
      method: 'POST',
      path: '/v1/models/{rest*}',
      summary: 'KServe V1 and TensorFlow Serving: /v1/models/{model}:predict.',
    },
    {
      method: 'GET',
      path: '/inference/v1/{rest*}',
      summary: 'KServe V1 and TensorFlow Serving: models and their status.',
    },
    { method: 'GET', path: '/inference/', summary: 'KServe V1: whether the server lives.' },
    { method: 'POST', path: '/inference/v1/{rest*}', summary: 'The same predictions under the base path /inference.' },
  ],
  claims: (method, path) =>
    method === 'POST'
      ? verbs.test(path)
      : status.test(path) || path === '/inference/v1/models' || path === '/inference/',
  isPublic: () => false,
  handle,
  toError: (error) => {
    const failure = toAppError(error)
    return jsonAnswer({ error: withHint(failure) }, errorKinds[failure.kind].http)
  },
}

function handle(http: HttpInference, core: InferenceCore): Promise<HttpAnswer> | HttpAnswer {
  const verb = verbs.exec(http.path)
  if (verb !== null) {
    const [, name = '', version, label, action] = verb
    if (action !== 'predict') throw invalidInput(`the verb "${action}" is not supported; use ":predict"`)
    const target = { model: decodeName(name), version }
    if (label !== undefined) throw unknownLabel(core.model(target.model), label)
    return predict(http, core, target)
  }
  if (http.path === '/inference/') return jsonAnswer({ status: 'alive' })
  const [, name, version, wantsMetadata] = status.exec(http.path) ?? []
  if (name === undefined) return jsonAnswer({ models: core.models().map((model) => model.name) })
  const served = core.model(decodeName(name), version)
  if (wantsMetadata !== undefined) return jsonAnswer(servableMetadata(served, version))
  const states = (version === undefined ? served.versions : [version]).map((each) => ({
    version: each,
    state: 'AVAILABLE',
    status: { error_code: 'OK', error_message: '' },
  }))
  return jsonAnswer({ name: served.name, ready: served.ready, model_version_status: states }, served.ready ? 200 : 503)
}

/** Versions of a deployment have no labels: its split, or the number of one, says who answers. */
function unknownLabel({ versions, name }: ServedModel, label: string): Error {
  return inferenceErrors.inference_version_unknown({
    model: name,
    version: `with the label "${label}"`,
    versions: versions.join(', ') || 'none',
  })
}

async function predict(http: HttpInference, core: InferenceCore, target: Target): Promise<HttpAnswer> {
  const served = core.model(target.model, target.version)
  const given = readObject(http)
  const body = http.body.includes('"b64"') ? (decodeBinary(given) as typeof given) : given
  if ('instances' in body) {
    const answer = await infer(core, http, { ...target, inputs: tensorsFromRows(served, body.instances) })
    return predictionAnswer(answer, { predictions: answerRows(answer) })
  }
  if (!('inputs' in body)) throw invalidInput('the body needs "instances" (rows) or "inputs" (columns)')
  const answer = await infer(core, http, { ...target, inputs: tensorsFromColumns(served, body.inputs) })
  return predictionAnswer(answer, { outputs: answerColumns(answer) })
}
