import { errorKinds, toAppError } from '../../../kernel/errors.ts'
import {
  type HttpAnswer,
  type HttpInference,
  type InferenceAnswer,
  type InferenceCore,
  type InferenceProtocol,
  invalidInput,
  type ServedModel,
  type Tensor,
} from '../../../platform/inference/index.ts'
import { infer, jsonAnswer, onlyModel, predictionAnswer, readObject, withHint } from '../json-protocol.ts'
import { decodeName } from '../path-name.ts'
import { answerRows, isRecord, tensorsFromRows } from '../tabular.ts'

/**
 * The Seldon protocol (Seldon Core 1: proto/prediction.proto, executor/api/rest): `/seldon/{namespace}/{deployment}` as its
 * ingress has it, then `/api/v1.0/predictions`. Data is an `ndarray` or a `tensor` of `values` and `shape`; the answer has
 * the form of the request. `meta.puid` is the prediction id: feedback with it becomes a label (feedback.ts).
 */
const paths = /^(?:\/seldon\/[^/]+\/([^/]+))?\/api\/v(?:0\.1|1\.0)\/(predictions|metadata|health\/status)$/

export const seldon: InferenceProtocol = {
  name: 'seldon',
  routes: [
    { method: 'POST', path: '/api/v1.0/predictions', summary: 'Seldon protocol, of the only deployment.' },
    {
      method: 'POST',
      path: '/seldon/{namespace}/{deployment}/api/v1.0/predictions',
      summary: 'Seldon protocol of a deployment.',
    },
    {
      method: 'GET',
      path: '/seldon/{namespace}/{deployment}/api/v1.0/metadata',
      summary: 'Inputs and outputs of a deployment.',
    },
    {
      method: 'GET',
      path: '/seldon/{namespace}/{deployment}/api/v1.0/health/status',
      summary: 'Whether it can answer.',
    },
  ],
  claims: (method, path) => paths.test(path) && (method === 'POST') === path.endsWith('/predictions'),
  isPublic: () => false,
  handle,
  toError: (error) => {
    const failure = toAppError(error)
    const { http } = errorKinds[failure.kind]
    return jsonAnswer(
      { status: { code: http, info: withHint(failure), reason: failure.code, status: 'FAILURE' } },
      http,
    )
  },
}

function handle(http: HttpInference, core: InferenceCore): Promise<HttpAnswer> | HttpAnswer {
  const [, encoded, action] = paths.exec(http.path) ?? []
  const served = core.model(encoded === undefined ? onlyModel(core) : decodeName(encoded))
  if (action === 'predictions') return predict(http, core, served)
  if (action === 'metadata')
    return jsonAnswer({ name: served.name, versions: served.versions, inputs: served.inputs, outputs: served.outputs })
  return jsonAnswer({ status: served.ready ? 'ok' : 'waiting' }, served.ready ? 200 : 503)
}

async function predict(http: HttpInference, core: InferenceCore, served: ServedModel): Promise<HttpAnswer> {
  const body = readObject(http)
  const data = isRecord(body.data) ? body.data : undefined
  const rows = data?.ndarray ?? (isRecord(data?.tensor) ? tensorRows(data.tensor) : body.jsonData)
  if (rows === undefined) throw invalidInput('the body needs data.ndarray, data.tensor or jsonData')
  const puid = isRecord(body.meta) && typeof body.meta.puid === 'string' ? body.meta.puid : undefined
  const answer = await infer(core, http, {
    model: served.name,
    requestId: puid,
    inputs: tensorsFromRows(served, named(rows, data?.names)),
  })
  const meta = { puid: answer.predictionId, tags: {}, routing: {}, requestPath: { [answer.model]: answer.version } }
  return predictionAnswer(answer, { meta, data: dataOf(answer, isRecord(data?.tensor)) })
}

/** With column names the rows may come in any order of columns. */
function named(rows: unknown, names: unknown): unknown {
  if (!Array.isArray(rows) || !Array.isArray(names) || names.length === 0) return rows
  return rows.map((row: unknown) =>
    Array.isArray(row) && row.length === names.length
      ? Object.fromEntries(names.map((name, at) => [String(name), row[at]]))
      : row,
  )
}

function tensorRows(tensor: Record<string, unknown>): unknown[] {
  const { shape, values } = tensor
  if (!Array.isArray(shape) || !Array.isArray(values)) throw invalidInput('data.tensor needs "shape" and "values"')
  const [rows, columns = 1] = shape.map(Number)
  if (shape.length > 2 || rows === undefined || rows * columns !== values.length)
    throw invalidInput(
      `data.tensor of shape [${shape}] does not fit ${values.length} values; it must have two dimensions`,
    )
  return Array.from({ length: rows }, (_, row) => values.slice(row * columns, (row + 1) * columns))
}

/** The widest numeric output (probabilities) when asked as a tensor; every output by name otherwise. */
function dataOf(answer: InferenceAnswer, asTensor: boolean): object {
  if (!asTensor) return { names: answer.outputs.map(({ name }) => name), ndarray: answerRows(answer) }
  const widest = answer.outputs.reduce((best, tensor) => (width(tensor) > width(best) ? tensor : best))
  const values = Array.from(widest.data as Float32Array, Number)
  const [rows = 1, columns = 1] = widest.shape
  return { names: [widest.name], tensor: { shape: [rows, columns], values } }
}

function width({ data, datatype, shape }: Tensor): number {
  return datatype === 'BYTES' ? -1 : data.length / (shape[0] || 1)
}
