import { errorKinds, toAppError } from '../../../kernel/errors.ts'
import {
  type HttpAnswer,
  type HttpInference,
  header,
  type InferenceCore,
  type InferenceProtocol,
  type InferenceRequest,
  invalidInput,
  type ServedModel,
  type Tensor,
} from '../../../platform/inference/index.ts'
import { infer, jsonAnswer, onlyModel, predictionAnswer, readObject, withHint } from '../json-protocol.ts'
import { decodeName } from '../path-name.ts'
import { answerRows, columnType, isRecord, tensorsFromColumns, tensorsFromRows } from '../tabular.ts'
import { rowsFromCsv } from './csv.ts'

/**
 * The scoring server of MLflow (mlflow/pyfunc/scoring_server/__init__.py): `/invocations`, `/ping`, `/health`, `/version`
 * under `/inference/{deployment}`, and at the root while there is one deployment or SageMaker's header names one, which is
 * also how a container is called there. A JSON body has exactly one of
 * dataframe_split, dataframe_records, instances and inputs; CSV has a header line. A top-level list is an error.
 */
const paths = /^(?:\/inference\/([^/]+))?\/(invocations|ping|health|version)$/
const formats = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const

/** Names the deployment where the path does not, as endpoints of SageMaker with several models do. */
const targetModel = 'x-amzn-sagemaker-target-model'

/** The version whose formats these are; clients of another version may warn. */
const version = '3.0.0'

export const mlflowScoring: InferenceProtocol = {
  name: 'mlflow-scoring',
  routes: [
    {
      method: 'POST',
      path: '/invocations',
      summary: 'MLflow scoring, of the only deployment or the one a header names.',
    },
    { method: 'GET', path: '/ping', summary: 'MLflow scoring: whether every deployment can answer.' },
    { method: 'POST', path: '/inference/{deployment}/invocations', summary: 'MLflow scoring of a deployment.' },
    { method: 'GET', path: '/inference/{deployment}/ping', summary: 'Whether a deployment can answer.' },
    { method: 'GET', path: '/inference/{deployment}/health', summary: 'The same as /ping.' },
    { method: 'GET', path: '/inference/{deployment}/version', summary: 'The version of the scoring formats.' },
  ],
  claims: (method, path) => {
    // `/health` and `/version` at the root are the server's own.
    if (path === '/health' || path === '/version') return false
    const found = paths.exec(path)
    return found !== null && (found[2] === 'invocations' ? method === 'POST' : method === 'GET')
  },
  isPublic: (path) => path.endsWith('/ping') || path.endsWith('/health'),
  handle,
  toError: (error) => {
    const failure = toAppError(error)
    const { http } = errorKinds[failure.kind]
    const code = http < 500 ? (http === 404 ? 'RESOURCE_DOES_NOT_EXIST' : 'BAD_REQUEST') : 'INTERNAL_ERROR'
    return jsonAnswer({ error_code: code, message: withHint(failure) }, http)
  },
}

function handle(http: HttpInference, core: InferenceCore): Promise<HttpAnswer> | HttpAnswer {
  const [, encoded, action] = paths.exec(http.path) ?? []
  if (encoded === undefined && action === 'ping') return health(core.models())
  const model = encoded === undefined ? (header(http.headers, targetModel) ?? onlyModel(core)) : decodeName(encoded)
  const served = core.model(model)
  if (action === 'invocations') return invoke(http, core, served)
  if (action === 'version') return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: version }
  return health([served])
}

/** Healthy when there is something to ask and all of it can answer. */
function health(models: readonly ServedModel[]): HttpAnswer {
  const isReady = models.length > 0 && models.every((model) => model.ready)
  return { status: isReady ? 200 : 404, headers: { 'Content-Type': 'application/json' }, body: '\n' }
}

async function invoke(http: HttpInference, core: InferenceCore, served: ServedModel): Promise<HttpAnswer> {
  const [type = '', ...parameters] = (http.headers['content-type'] ?? '').split(';').map((part) => part.trim())
  const wrong = parameters.find((parameter) => parameter.toLowerCase() !== 'charset=utf-8')
  if (wrong !== undefined) return unsupported(`Unrecognized content type parameters: ${wrong}.`)
  if (type !== 'application/json' && type !== 'text/csv')
    return unsupported(`This predictor only supports the content types application/json and text/csv, got "${type}".`)
  const given =
    type === 'text/csv'
      ? {
          inputs: tensorsFromRows(
            served,
            rowsFromCsv(http.body.toString(), (name) => columnType(served, name)),
          ),
        }
      : readJson(http, served)
  const answer = await infer(core, http, { model: served.name, ...given })
  return predictionAnswer(answer, { predictions: answerRows(answer) })
}

function unsupported(message: string): HttpAnswer {
  return { status: 415, headers: { 'Content-Type': 'text/plain' }, body: message }
}

type Given = Pick<InferenceRequest, 'inputs' | 'params'>

/** `params` beside the inputs are those of the model's signature. */
function readJson(http: HttpInference, served: ServedModel): Given {
  const body = readObject(http)
  const { params } = body
  if (params === undefined || params === null) return { inputs: readInputs(body, served) }
  if (!isRecord(params)) throw invalidInput('"params" must be an object of values by name')
  return { inputs: readInputs(body, served), params: params as NonNullable<Given['params']> }
}

function readInputs(body: Record<string, unknown>, served: ServedModel): Tensor[] {
  const given = formats.filter((format) => format in body)
  const [format, second] = given
  if (format === undefined || second !== undefined)
    throw invalidInput(`the body must have exactly one of ${formats.join(', ')}; it has ${given.join(', ') || 'none'}`)
  switch (format) {
    case 'dataframe_split':
      return tensorsFromRows(served, splitRows(body.dataframe_split))
    case 'dataframe_records':
      return tensorsFromRows(served, body.dataframe_records)
    case 'instances':
      return isRecord(body.instances)
        ? tensorsFromColumns(served, body.instances)
        : tensorsFromRows(served, body.instances)
    default:
      return tensorsFromColumns(served, body.inputs)
  }
}

/** `{ columns, data }`: without columns the rows are plain lists. */
function splitRows(split: unknown): unknown[] {
  if (!isRecord(split) || !Array.isArray(split.data)) throw invalidInput('dataframe_split needs "data", a list of rows')
  const { columns, data } = split
  if (columns === undefined) return data
  if (!Array.isArray(columns)) throw invalidInput('dataframe_split needs "columns", a list of names')
  return data.map((row, index) => {
    if (!Array.isArray(row) || row.length !== columns.length)
      throw invalidInput(`row ${index} of dataframe_split must have ${columns.length} values, one per column`)
    return Object.fromEntries(columns.map((name, at) => [String(name), row[at]]))
  })
}
