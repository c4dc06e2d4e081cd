import {
  type RemoteRuntime,
  type Tensor,
  type TensorSpec,
  tensorFromBytes,
  tensorFromJson,
  tensorToBytes,
  toJsonValues,
} from '../../../platform/inference/index.ts'
import {
  type HttpWire,
  httpRefusal,
  type RemoteClient,
  type WireAnswer,
  wrongAnswer,
} from '../../../platform/runtimes/index.ts'
import { parseLoosely } from '../loose-json.ts'
import { jsonLengthHeader } from '../open-inference/request.ts'
import { isRecord } from '../tabular.ts'
import { readSpecs } from './read-specs.ts'

/**
 * The Open Inference Protocol over REST as a client (kserve/open-inference-protocol specification/protocol/
 * inference_rest.md), with Triton's binary tensors where the server names that extension.
 */
export function restClient(runtime: RemoteRuntime, wire: HttpWire): RemoteClient {
  const { host } = new URL(runtime.url)
  const version = runtime.version === undefined ? '' : `/versions/${encodeURIComponent(runtime.version)}`
  const model = `/v2/models/${encodeURIComponent(runtime.model)}${version}`

  async function get(path: string): Promise<Record<string, unknown>> {
    const answer = await wire.send({ method: 'GET', path })
    return readJson(host, answer, answer.body.toString())
  }

  return {
    describe: async () => {
      const metadata = await get(model)
      const { extensions } = await get('/v2')
      return {
        inputs: readSpecs(host, metadata.inputs),
        outputs: readSpecs(host, metadata.outputs),
        isBinary: Array.isArray(extensions) && extensions.includes('binary_tensor_data'),
      }
    },
    ready: async () => {
      const answer = await wire.send({ method: 'GET', path: `${model}/ready` })
      if (answer.status !== 200) throw httpRefusal(host, answer.status, problemOf(answer))
    },
    infer: async (inputs) => {
      const request = runtime.isBinary ? binaryRequest(inputs) : jsonRequest(inputs)
      const answer = await wire.send({ method: 'POST', path: `${model}/infer`, ...request })
      return readOutputs(host, answer)
    },
    close: wire.close,
  }
}

function jsonRequest(inputs: readonly Tensor[]) {
  const tensors = inputs.map(({ name, datatype, shape, data }) => ({
    name,
    datatype,
    shape,
    data: toJsonValues(data, datatype),
  }))
  return { headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ inputs: tensors })) }
}

function binaryRequest(inputs: readonly Tensor[]) {
  const chunks = inputs.map(tensorToBytes)
  const tensors = inputs.map(({ name, datatype, shape }, index) => ({
    name,
    datatype,
    shape,
    parameters: { binary_data_size: chunks[index]?.byteLength },
  }))
  const head = Buffer.from(JSON.stringify({ inputs: tensors, parameters: { binary_data_output: true } }))
  const headers = { 'content-type': 'application/octet-stream', [jsonLengthHeader]: String(head.byteLength) }
  return { headers, body: Buffer.concat([head, ...chunks]) }
}

function readOutputs(host: string, answer: WireAnswer): Tensor[] {
  const given = answer.headers[jsonLengthHeader]
  const length = given === undefined ? answer.body.byteLength : Number(given)
  const { outputs } = readJson(host, answer, answer.body.toString('utf8', 0, length))
  if (!Array.isArray(outputs)) throw wrongAnswer(host, 'the answer has no "outputs".')
  let rest = answer.body.subarray(length)
  return outputs.map((output: { name?: unknown; datatype?: unknown; shape?: unknown } & Record<string, unknown>) => {
    const [{ name, datatype, shape } = unnamed] = readSpecs(host, [output])
    const parameters = isRecord(output.parameters) ? output.parameters : {}
    const size = parameters.binary_data_size
    try {
      if (size === undefined) return tensorFromJson(name, datatype, shape, output.data)
      const bytes = rest.subarray(0, Number(size))
      rest = rest.subarray(Number(size))
      return tensorFromBytes(name, datatype, shape, bytes)
    } catch (error) {
      throw wrongAnswer(host, error)
    }
  })
}

const unnamed: TensorSpec = { name: '', datatype: 'FP32', shape: [] }

function readJson(host: string, answer: WireAnswer, text: string): Record<string, unknown> {
  if (answer.status !== 200) throw httpRefusal(host, answer.status, problemOf(answer))
  try {
    const value = parseLoosely(text)
    if (isRecord(value)) return value
  } catch {}
  throw wrongAnswer(host, 'it is not a JSON object.')
}

/** Servers give the reason under `error` or `detail`, or as text. */
export function problemOf({ body }: WireAnswer): string {
  const text = body.toString('utf8', 0, 2000)
  try {
    const { error, detail } = JSON.parse(text)
    const said = error ?? detail
    return typeof said === 'string' ? said : JSON.stringify(said ?? text)
  } catch {
    return text.split('\n')[0]?.slice(0, 300) ?? ''
  }
}
