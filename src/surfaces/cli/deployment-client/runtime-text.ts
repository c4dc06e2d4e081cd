import { anyScalar, type Calling, type ClientSource } from './input-fields.ts'

/** The part of a client that runs: how rows become tensors and tensors rows. */
export function runtimeText({
  source,
  name,
  calling,
}: {
  source: ClientSource
  name: string
  calling: Calling
}): string {
  const many = `
  /** Predicts many rows in one request; answers are in their order. */
  predictMany(rows: readonly ${name}Input[]): Promise<${name}Prediction[]>`
  return `export interface ${name}Client {
  predict(input: ${name}Input): Promise<${name}Prediction>${calling === 'whole' ? '' : many}
  /** What really was, for a prediction made before. Throws when the server does not know the prediction. */
  recordLabel(predictionId: string, label: number | string | boolean, observedAt?: Date): Promise<void>
}

export interface ${name}ClientOptions {
  /** Where the server is: http://127.0.0.1:5000 */
  readonly url: string
  readonly token?: string
  /** Milliseconds until a request is given up. */
  readonly timeoutMs?: number
  readonly fetch?: typeof fetch
}

/** What the server answered instead. */
export class ${name}Error extends Error {
  override readonly name = '${name}Error'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export function create${name}Client(options: ${name}ClientOptions): ${name}Client {
  const send = (path: string, body: object) => post(options, path, body)
${calling === 'whole' ? wholeText(source, name) : rowsText(source, { name, calling })}
    recordLabel: async (predictionId, label, observedAt) => {
      const labels = [{ predictionId, label, ...(observedAt === undefined ? {} : { observedAt: observedAt.getTime() }) }]
      const { unknownIds } = (await send('/v1/labels', { labels })) as { unknownIds: readonly string[] }
      if (unknownIds.length > 0) throw new ${name}Error(404, \`There is no prediction \${predictionId}.\`)
    },
  }
}

type Scalar = ${anyScalar([...source.inputs, ...source.outputs])}
type Nested = Scalar | readonly Nested[]

interface Answer {
  readonly model_version: string
  readonly parameters: { readonly prediction_id: string }
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly data: readonly Scalar[] }[]
}

async function post(options: ${name}ClientOptions, path: string, body: object): Promise<unknown> {
  const answer = await (options.fetch ?? fetch)(\`\${options.url.replace(/\\/+$/, '')}\${path}\`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(options.token === undefined ? {} : { Authorization: \`Bearer \${options.token}\` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(options.timeoutMs ?? 30_000),
  })
  const text = await answer.text()
  if (answer.ok) return JSON.parse(text)
  throw new ${name}Error(answer.status, messageOf(text))
}

function messageOf(text: string): string {
  try {
    const { error, detail } = JSON.parse(text) as { error?: string; detail?: string }
    return error ?? detail ?? text
  } catch {
    return text
  }
}

function shapeOf(value: Nested): number[] {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0] as Nested)] : []
}

/** Flat values as nested arrays; a scalar for no dimensions. */
function nest(data: readonly Scalar[], shape: readonly number[]): Nested {
  const [size, ...rest] = shape
  if (size === undefined) return data[0] as Scalar
  if (rest.length === 0) return data
  const stride = data.length / size
  return Array.from({ length: size }, (_, index) => nest(data.slice(index * stride, (index + 1) * stride), rest))
}
`
}

const path = (deployment: string) => `'/v2/models/${encodeURIComponent(deployment)}/infer'`

function wholeText({ deployment, inputs }: ClientSource, name: string): string {
  const tensors = inputs.map(
    (spec) => `        tensor(${quote(spec.name)}, ${quote(spec.datatype)}, input[${quote(spec.name)}]),`,
  )
  return `  const tensor = (name: string, datatype: string, data: Nested) => ({ name, datatype, shape: shapeOf(data), data })
  return {
    predict: async (input) => {
      const inputs = [
${tensors.join('\n')}
      ]
      const answer = (await send(${path(deployment)}, { inputs })) as Answer
      const outputs = answer.outputs.map(({ name, shape, data }) => [name, nest(data, shape)] as const)
      return {
        output: Object.fromEntries(outputs) as unknown as ${name}Output,
        predictionId: answer.parameters.prediction_id,
        version: answer.model_version,
      }
    },`
}

function rowsText(
  { deployment, inputs, featureNames }: ClientSource,
  { name, calling }: { name: string; calling: Calling },
): string {
  const [matrix] = inputs
  const tensors =
    calling === 'columns' && matrix !== undefined
      ? [
          `        tensor(${quote(matrix.name)}, ${quote(matrix.datatype)}, rows.map((row) => columns.map((column) => row[column]))),`,
        ]
      : inputs.map(({ name, datatype, shape }) => {
          const value = `row[${quote(name)}]`
          const isColumn = shape.length === 2 && shape[1] === 1
          return `        tensor(${quote(name)}, ${quote(datatype)}, rows.map((row) => ${isColumn ? `[${value}]` : value})),`
        })
  const columns = `  const columns = [${featureNames.map(quote).join(', ')}] as const\n`
  return `${calling === 'columns' ? columns : ''}  const tensor = (name: string, datatype: string, data: Nested) => ({ name, datatype, shape: shapeOf(data), data })

  async function predictMany(rows: readonly ${name}Input[]): Promise<${name}Prediction[]> {
    if (rows.length === 0) return []
    const inputs = [
${tensors.join('\n').replaceAll('        tensor', '      tensor')}
    ]
    const answer = (await send(${path(deployment)}, { inputs })) as Answer
    const id = answer.parameters.prediction_id
    return rows.map((_, row) => ({
      output: Object.fromEntries(answer.outputs.map((output) => [output.name, rowOf(output, row)])) as unknown as ${name}Output,
      predictionId: rows.length === 1 ? id : \`\${id}.\${row}\`,
      version: answer.model_version,
    }))
  }

  function rowOf({ shape, data }: Answer['outputs'][number], row: number): Nested {
    const [count = 1, ...rest] = shape
    const stride = data.length / count
    return nest(data.slice(row * stride, (row + 1) * stride), rest.length === 1 && rest[0] === 1 ? [] : rest)
  }

  return {
    predictMany,
    predict: async (input) => {
      const [prediction] = await predictMany([input])
      if (prediction === undefined) throw new ${name}Error(200, 'The server answered without a row.')
      return prediction
    },`
}

function quote(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
