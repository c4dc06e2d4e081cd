import {
  type GrpcClient,
  GrpcError,
  type ProtoValue,
  protoCodec,
  WireReader,
  WireWriter,
} from '../../../platform/grpc/index.ts'
import {
  type RemoteRuntime,
  type Tensor,
  type TensorSpec,
  tensorFromBytes,
  tensorToBytes,
} from '../../../platform/inference/index.ts'
import { grpcRefusal, type RemoteClient, remoteAway, wrongAnswer } from '../../../platform/runtimes/index.ts'
import { inferenceProto } from '../grpc/proto-file.ts'
import { tensorFromContents } from '../grpc/typed-contents.ts'
import { readSpecs } from './read-specs.ts'

/** The Open Inference Protocol over gRPC as a client. Inputs are raw bytes, the one form that every server takes. */
export function grpcClient(runtime: RemoteRuntime, calls: GrpcClient): RemoteClient {
  const { host } = new URL(runtime.url)
  const { model, version = '' } = runtime

  async function call(method: string, frame: Buffer): Promise<Buffer> {
    try {
      return await calls.unary(`/inference.GRPCInferenceService/${method}`, frame)
    } catch (error) {
      if (!(error instanceof GrpcError)) throw wrongAnswer(host, error)
      if (error.status === 4 || error.status === 14) throw remoteAway(host, error.message, error.status === 4)
      throw grpcRefusal(host, error.status, error.message)
    }
  }

  async function ask(method: string): Promise<ProtoValue> {
    const body = await call(method, codec.encode(`${method}Request`, { name: model, version }).frame())
    return codec.decode(`${method}Response`, body)
  }

  return {
    describe: async () => {
      const { inputs, outputs } = await ask('ModelMetadata')
      return { inputs: readSpecs(host, inputs), outputs: readSpecs(host, outputs), isBinary: true }
    },
    ready: async () => {
      const { ready } = await ask('ModelReady')
      if (ready !== true) throw remoteAway(host, `the model "${model}" is not ready there.`, false)
    },
    infer: async (inputs) => {
      const body = await call('ModelInfer', inferRequest({ model, version }, inputs))
      try {
        return readResponse(host, body)
      } catch (error) {
        throw wrongAnswer(host, error)
      }
    },
    close: calls.close,
  }
}

const codec = protoCodec(inferenceProto)

/** ModelInferRequest, written by hand: it is on the path of every prediction. */
function inferRequest(target: { readonly model: string; readonly version: string }, inputs: readonly Tensor[]): Buffer {
  const writer = new WireWriter(256)
  writer.string(1, target.model)
  if (target.version !== '') writer.string(2, target.version)
  for (const { name, datatype, shape } of inputs) {
    const mark = writer.begin(5)
    writer.string(1, name)
    writer.string(2, datatype)
    writer.integers(3, shape)
    writer.end(mark)
  }
  for (const tensor of inputs) writer.bytes(7, tensorToBytes(tensor))
  return writer.frame()
}

interface WireOutput {
  name: string
  datatype: string
  shape: number[]
  contents: WireReader | undefined
}

function readResponse(host: string, body: Buffer): Tensor[] {
  const outputs: WireOutput[] = []
  const raw: Buffer[] = []
  const reader = new WireReader(body)
  while (reader.next()) {
    if (reader.field === 5) outputs.push(readOutput(reader.message()))
    else if (reader.field === 6) raw.push(reader.bytes())
    else reader.pass()
  }
  const specs: TensorSpec[] = readSpecs(host, outputs)
  return specs.map((spec, index) => {
    const bytes = raw[index]
    if (bytes === undefined) return tensorFromContents(spec, outputs[index]?.contents)
    return tensorFromBytes(spec.name, spec.datatype, spec.shape, bytes)
  })
}

function readOutput(reader: WireReader): WireOutput {
  const output: WireOutput = { name: '', datatype: '', shape: [], contents: undefined }
  while (reader.next()) {
    if (reader.field === 1) output.name = reader.string()
    else if (reader.field === 2) output.datatype = reader.string()
    else if (reader.field === 3) reader.each((from) => output.shape.push(from.integer()))
    else if (reader.field === 5) output.contents = reader.message()
    else reader.pass()
  }
  return output
}
