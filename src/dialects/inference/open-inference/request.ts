import {
  type HttpInference,
  header,
  type InferenceRequest,
  invalidInput,
  isDatatype,
  predictionIdHeader,
  type ServedModel,
  type Tensor,
  tensorFromBytes,
  tensorFromJson,
} from '../../../platform/inference/index.ts'
import { parseLoosely } from '../loose-json.ts'
import { isExpired } from '../request-timeout.ts'
import { refuseElsewhere } from './elsewhere.ts'
import { readRawTensor } from './raw-request.ts'

/**
 * Reads an inference request of the Open Inference Protocol, REST (kserve/open-inference-protocol
 * specification/protocol/inference_rest.md) with binary tensors (Triton docs/protocol/extension_binary_data.md).
 */
export interface ParsedRequest {
  readonly request: InferenceRequest
  /** Per output: whether its data is wanted as bytes behind the JSON. */
  readonly wantsBinary: (output: string) => boolean
}

interface WireTensor {
  readonly name?: unknown
  readonly shape?: unknown
  readonly datatype?: unknown
  readonly data?: unknown
  readonly parameters?: Parameters
}

interface WireRequest {
  readonly id?: unknown
  readonly parameters?: Parameters
  readonly inputs?: unknown
  readonly outputs?: unknown
}

type Parameters = Readonly<Record<string, unknown>>

/** Body is JSON, then the bytes of the binary tensors in order; this header tells where the JSON ends. */
export const jsonLengthHeader = 'inference-header-content-length'

export function parseRequest(http: HttpInference, served: ServedModel, version: string | undefined): ParsedRequest {
  const model = served.name
  // No JSON at all.
  if (header(http.headers, jsonLengthHeader) === '0') {
    const { headers, startedAt, isGone: isAbandoned } = http
    const predictionId = header(headers, predictionIdHeader)
    const inputs = [readRawTensor(served, http)]
    const request = { model, version, predictionId, metadata: headers, inputs, startedAt, isAbandoned }
    return { request, wantsBinary: () => true }
  }
  const { body, binary } = splitBody(http)
  const wire: WireRequest = parseObject(body)
  if (!Array.isArray(wire.inputs)) throw invalidInput('the request needs "inputs", an array of tensors')
  const parameters = wire.parameters ?? {}
  const outputs = readOutputs(wire.outputs)
  const request = {
    model,
    version,
    requestId: readId(wire.id),
    predictionId: header(http.headers, predictionIdHeader),
    routeKey: readRouteKey(parameters.route_key),
    metadata: http.headers,
    eventAt: readEventTime(parameters.event_time),
    inputs: readInputs(wire.inputs, binary),
    wanted: outputs.map((output) => output.name),
    startedAt: http.startedAt,
    isAbandoned: isGivenUp(http, parameters.timeout),
  }
  const binaryByDefault = parameters.binary_data_output === true
  const wantsBinary = (name: string) => outputs.find((output) => output.name === name)?.binary ?? binaryByDefault
  return { request, wantsBinary }
}

/** By the time the client set, or by its leaving. */
function isGivenUp({ isGone, startedAt }: HttpInference, timeout: unknown): (() => boolean) | undefined {
  const expires = isExpired(timeout, startedAt)
  return expires === undefined ? isGone : () => isGone?.() === true || expires()
}

/** The parameter `route_key` keeps a caller on one variant, where a header cannot be set. */
export function readRouteKey(key: unknown): string | undefined {
  if (key === undefined || typeof key === 'string') return key
  throw invalidInput('the parameter route_key must be text')
}

function splitBody({ headers, body }: HttpInference): { body: string; binary: Buffer } {
  const given = header(headers, jsonLengthHeader)
  if (given === undefined) return { body: body.toString(), binary: body.subarray(body.byteLength) }
  const length = Number(given)
  if (!Number.isInteger(length) || length < 0 || length > body.byteLength)
    throw invalidInput(`${jsonLengthHeader} is ${given}, but the body has ${body.byteLength} bytes`)
  return { body: body.toString('utf8', 0, length), binary: body.subarray(length) }
}

export function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    // Clients write NaN and infinities as bare words, and Triton reads them.
    value = parseLoosely(text)
  } catch (error) {
    throw invalidInput(`failed to parse the request JSON buffer: ${error instanceof Error ? error.message : error}`)
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw invalidInput('the request must be a JSON object with "inputs"')
  return value as Readonly<Record<string, unknown>>
}

function readInputs(wires: readonly unknown[], binary: Buffer): Tensor[] {
  let at = 0
  const names = new Set<string>()
  const tensors = wires.map((given, index) => {
    const wire = (given ?? {}) as WireTensor
    const { name, datatype, shape } = wire
    if (typeof name !== 'string') throw invalidInput(`inputs[${index}] needs a "name"`)
    if (names.has(name)) throw invalidInput(`input "${name}" is given twice`)
    names.add(name)
    if (typeof datatype !== 'string' || !isDatatype(datatype))
      throw invalidInput(`input "${name}" has the unknown datatype ${JSON.stringify(datatype)}`)
    if (!Array.isArray(shape)) throw invalidInput(`input "${name}" needs a "shape", an array of whole numbers`)
    refuseElsewhere(name, wire.parameters)
    const size = wire.parameters?.binary_data_size
    if (size === undefined) return tensorFromJson(name, datatype, shape, wire.data)
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || at + size > binary.byteLength)
      throw invalidInput(
        `binary_data_size of input "${name}" is ${JSON.stringify(size)}, but ${binary.byteLength - at} bytes are left`,
      )
    at += size
    return tensorFromBytes(name, datatype, shape, binary.subarray(at - size, at))
  })
  if (at !== binary.byteLength)
    throw invalidInput(`unexpected additional input data: ${binary.byteLength - at} bytes belong to no input`)
  return tensors
}

function readOutputs(given: unknown): { name: string; binary: boolean | undefined }[] {
  if (given === undefined || given === null) return []
  if (!Array.isArray(given)) throw invalidInput('"outputs" must be an array')
  return given.map((output: { name?: unknown; parameters?: Parameters } | null, index) => {
    if (typeof output?.name !== 'string') throw invalidInput(`outputs[${index}] needs a "name"`)
    refuseElsewhere(output.name, output.parameters)
    const binary = output.parameters?.binary_data
    return { name: output.name, binary: typeof binary === 'boolean' ? binary : undefined }
  })
}

function readId(id: unknown): string | undefined {
  if (id === undefined || id === null) return undefined
  if (typeof id !== 'string' || id.length > 200) throw invalidInput('"id" must be a string of at most 200 characters')
  return id === '' ? undefined : id
}

/** Epoch milliseconds, or a date and time of RFC 3339. */
export function readEventTime(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  const time = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (!Number.isFinite(time) || Math.abs(time) > 8.64e15)
    throw invalidInput(
      `parameter event_time must be epoch milliseconds or an RFC 3339 time, got ${JSON.stringify(value)}`,
    )
  return Math.round(time)
}
