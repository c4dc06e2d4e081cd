import type { GrpcCall } from '../../../kernel/grpc-service.ts'
import { WireReader } from '../../../platform/grpc/index.ts'
import {
  header,
  type InferenceRequest,
  invalidInput,
  isDatatype,
  predictionIdHeader,
  type Tensor,
  tensorFromBytes,
} from '../../../platform/inference/index.ts'
import { refuseElsewhere } from '../open-inference/elsewhere.ts'
import { readEventTime, readRouteKey } from '../open-inference/request.ts'
import { isExpired } from '../request-timeout.ts'
import { type ParameterValue, readParameter } from './parameters.ts'
import { tensorFromContents } from './typed-contents.ts'

/** ModelInferRequest, read by hand: it is on the path of every prediction. */
export function readInferRequest(message: Buffer, call: GrpcCall): InferenceRequest & { readonly wantsFinal: boolean } {
  const wire = readWire(message)
  const { metadata, startedAt } = call
  const expires = isExpired(wire.parameters.get('timeout'), startedAt)
  return {
    model: wire.model,
    version: wire.version === '' ? undefined : wire.version,
    requestId: readId(wire.id),
    predictionId: header(metadata, predictionIdHeader),
    routeKey: readRouteKey(wire.parameters.get('route_key')),
    metadata,
    eventAt: readEventTime(toPlain(wire.parameters.get('event_time'))),
    inputs: toTensors(wire),
    wanted: wire.wanted,
    startedAt,
    wantsFinal: wire.parameters.get('triton_enable_empty_final_response') === true,
    isAbandoned: expires === undefined ? call.isOver : () => call.isOver() || expires(),
  }
}

/** Name and id of a request that may be wrong in every other way, for the error of a stream. */
export function readAddress(message: Buffer): { readonly model: string; readonly id: string } {
  try {
    const { model, id } = readWire(message)
    return { model, id }
  } catch {
    return { model: '', id: '' }
  }
}

interface WireInput {
  name: string
  datatype: string
  shape: number[]
  contents: WireReader | undefined
}

interface WireRequest {
  model: string
  version: string
  id: string
  readonly parameters: Map<string, ParameterValue>
  readonly inputs: WireInput[]
  readonly wanted: string[]
  readonly raw: Buffer[]
}

function readWire(message: Buffer): WireRequest {
  const wire: WireRequest = {
    model: '',
    version: '',
    id: '',
    parameters: new Map(),
    inputs: [],
    wanted: [],
    raw: [],
  }
  const reader = new WireReader(message)
  while (reader.next()) {
    if (reader.field === 1) wire.model = reader.string()
    else if (reader.field === 2) wire.version = reader.string()
    else if (reader.field === 3) wire.id = reader.string()
    else if (reader.field === 4) readParameter(reader.message(), wire.parameters)
    else if (reader.field === 5) wire.inputs.push(readInput(reader.message()))
    else if (reader.field === 6) wire.wanted.push(readOutput(reader.message()))
    else if (reader.field === 7) wire.raw.push(reader.bytes())
    else reader.pass()
  }
  return wire
}

function readInput(reader: WireReader): WireInput {
  const input: WireInput = { name: '', datatype: '', shape: [], contents: undefined }
  while (reader.next()) {
    if (reader.field === 1) input.name = reader.string()
    else if (reader.field === 2) input.datatype = reader.string()
    else if (reader.field === 3) reader.each((from) => input.shape.push(from.integer()))
    else if (reader.field === 4) readTensorParameter(reader.message(), input.name)
    else if (reader.field === 5) input.contents = reader.message()
    else reader.pass()
  }
  return input
}

function readOutput(reader: WireReader): string {
  let name = ''
  while (reader.next()) {
    if (reader.field === 1) name = reader.string()
    else if (reader.field === 2) readTensorParameter(reader.message(), name)
    else reader.pass()
  }
  return name
}

function readTensorParameter(entry: WireReader, name: string): void {
  const found = new Map<string, ParameterValue>()
  readParameter(entry, found)
  refuseElsewhere(name, Object.fromEntries(found))
}

function toTensors({ model, inputs, raw }: WireRequest): Tensor[] {
  if (raw.length > 0 && raw.length !== inputs.length)
    throw invalidInput(
      `raw_input_contents has ${raw.length} entries for the ${inputs.length} inputs of model "${model}"; it takes one for each`,
    )
  const names = new Set<string>()
  return inputs.map((input, index) => {
    const { name, datatype, shape, contents } = input
    if (names.has(name)) throw invalidInput(`input "${name}" is given twice`)
    names.add(name)
    if (!isDatatype(datatype))
      throw invalidInput(`input "${name}" has the datatype ${JSON.stringify(datatype)}, which no model here takes`)
    const bytes = raw[index]
    if (bytes === undefined) return tensorFromContents({ name, datatype, shape }, contents)
    if (contents !== undefined)
      throw invalidInput(
        `contents field must not be specified when using raw_input_contents for '${name}' for model '${model}'`,
      )
    return tensorFromBytes(name, datatype, shape, bytes)
  })
}

function readId(id: string): string | undefined {
  if (id.length > 200) throw invalidInput('"id" must be a string of at most 200 characters')
  return id === '' ? undefined : id
}

function toPlain(value: ParameterValue | undefined): string | number | undefined {
  return typeof value === 'bigint' ? Number(value) : typeof value === 'boolean' ? String(value) : value
}
