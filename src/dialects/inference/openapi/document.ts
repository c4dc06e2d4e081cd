import type { Datatype, ServedModel, TensorSpec } from '../../../platform/inference/index.ts'

/** What OpenAPI 3.1 says about the predictions of one deployment. */
export function describeDeployment(model: ServedModel): object {
  const name = encodeURIComponent(model.name)
  const tryable = model.inputs.every(({ datatype }) => datatype !== 'FP16')
  const rows = tryable ? [exampleRow(model)] : undefined
  return {
    openapi: '3.1.0',
    info: {
      title: model.name,
      version: model.versions[0] ?? 'none',
      description: `Predictions of the deployment ${model.name} over REST. Live versions: ${model.versions.join(', ') || 'none'}.`,
    },
    paths: {
      [`/v2/models/${name}/infer`]: {
        post: predict('Open Inference Protocol', {
          operationId: 'infer',
          request: inferSchema(model.inputs),
          example: tryable ? { inputs: model.inputs.map(exampleTensor) } : undefined,
          answer: answerSchema(model.outputs),
        }),
      },
      [`/v1/models/${name}:predict`]: {
        post: predict('KServe V1 and TensorFlow Serving: rows', {
          operationId: 'predictRows',
          request: listOf('instances'),
          example: rows && { instances: rows },
          answer: listOf('predictions'),
        }),
      },
      [`/inference/${name}/invocations`]: {
        post: predict('MLflow scoring', {
          operationId: 'score',
          request: { oneOf: ['instances', 'inputs', 'dataframe_records', 'dataframe_split'].map(anyOf) },
          example: rows && { instances: rows },
          answer: listOf('predictions'),
        }),
      },
    },
  }
}

interface Described {
  readonly operationId: string
  readonly request: object
  readonly example: object | undefined
  readonly answer: object
}

function predict(summary: string, { operationId, request, example, answer }: Described): object {
  const content = (schema: object, more: object = {}) => ({ 'application/json': { schema, ...more } })
  return {
    operationId,
    summary,
    requestBody: { required: true, content: content(request, example === undefined ? {} : { example }) },
    responses: {
      200: {
        description: 'The predictions.',
        headers: { 'slipway-prediction-id': { schema: { type: 'string' }, description: 'Id to join a label by.' } },
        content: content(answer),
      },
      400: { description: 'The input does not fit the model.' },
      404: { description: 'The deployment does not exist.' },
      503: { description: 'No version is live yet, or too many requests wait.' },
    },
  }
}

function inferSchema(specs: readonly TensorSpec[]): object {
  return {
    type: 'object',
    required: ['inputs'],
    properties: {
      id: { type: 'string' },
      parameters: { type: 'object' },
      inputs: {
        type: 'array',
        minItems: specs.length,
        maxItems: specs.length,
        items: { anyOf: specs.map(tensorSchema) },
      },
      outputs: {
        type: 'array',
        items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      },
    },
  }
}

function answerSchema(specs: readonly TensorSpec[]): object {
  return {
    type: 'object',
    required: ['model_name', 'model_version', 'outputs'],
    properties: {
      id: { type: 'string' },
      model_name: { type: 'string' },
      model_version: { type: 'string' },
      parameters: { type: 'object' },
      outputs: { type: 'array', items: { anyOf: specs.map(tensorSchema) } },
    },
  }
}

function tensorSchema({ name, datatype, shape }: TensorSpec): object {
  return {
    type: 'object',
    required: ['name', 'datatype', 'shape'],
    properties: {
      name: { const: name },
      datatype: { const: datatype },
      shape: {
        type: 'array',
        prefixItems: shape.map((size) => (size === -1 ? { type: 'integer', minimum: 0 } : { const: size })),
        minItems: shape.length,
        maxItems: shape.length,
      },
      data: { type: 'array', description: 'Row-major, flat or nested.' },
      parameters: { type: 'object' },
    },
  }
}

function listOf(field: string): object {
  return { type: 'object', required: [field], properties: { [field]: { type: 'array' } } }
}

function anyOf(field: string): object {
  return { type: 'object', required: [field] }
}

function exampleTensor({ name, datatype, shape }: TensorSpec): object {
  const concrete = shape.map((size) => (size === -1 ? 1 : size))
  const count = concrete.reduce((product, size) => product * size, 1)
  return { name, datatype, shape: concrete, data: Array.from({ length: count }, () => exampleValue(datatype)) }
}

/** A row: by the names of the columns when they are known, by the names of the inputs when there are several. */
function exampleRow(model: ServedModel): unknown {
  const [first] = model.inputs
  if (first === undefined || model.inputs.length > 1)
    return Object.fromEntries(model.inputs.map((spec) => [spec.name, exampleCell(spec)]))
  if (model.featureNames === undefined) return exampleCell(first)
  return Object.fromEntries(model.featureNames.map((name) => [name, exampleValue(first.datatype)]))
}

/** One row of a tensor: its first dimension is the rows. */
function exampleCell({ datatype, shape }: TensorSpec): unknown {
  return shape
    .slice(1)
    .reduceRight<unknown>(
      (cell, size) => Array.from({ length: size === -1 ? 1 : size }, () => cell),
      exampleValue(datatype),
    )
}

function exampleValue(datatype: Datatype): unknown {
  if (datatype === 'BOOL') return true
  if (datatype === 'BYTES') return 'text'
  return datatype === 'FP32' || datatype === 'FP64' ? 0.5 : 1
}
