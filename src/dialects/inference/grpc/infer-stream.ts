import type { GrpcCall } from '../../../kernel/grpc-service.ts'
import { WireWriter } from '../../../platform/grpc/index.ts'
import { header, type InferenceCore } from '../../../platform/inference/index.ts'
import { readAddress, readInferRequest } from './infer-request.ts'
import { writeInferResponse } from './infer-response.ts'

/**
 * ModelStreamInfer: requests run as they come, together where they can; answers leave in the order of the requests. An
 * error is an answer too and the stream goes on, unless the client asked for `triton_grpc_error`: then it ends the stream.
 */
export interface InferStream {
  readonly messages: AsyncIterable<Buffer>
  readonly call: GrpcCall
  readonly send: (frame: Buffer) => Promise<void>
}

/** Requests of one stream under way before the next is read. */
const windowSize = 256

export async function streamInfer(core: InferenceCore, { messages, call, send }: InferStream): Promise<void> {
  const endsOnError = header(call.metadata, 'triton_grpc_error') === 'true'
  let waiting = 0
  let wake = () => {}
  let failure: unknown
  let last = Promise.resolve()
  for await (const message of messages) {
    const answer = answerOne(core, message, call)
    waiting += 1
    last = last.then(async () => {
      const given = await answer
      waiting -= 1
      wake()
      if (failure !== undefined) return
      if (endsOnError && 'error' in given) failure = given.error
      else await send(given.frame())
    })
    if (waiting >= windowSize) await new Promise<void>((resolve) => (wake = resolve))
    if (failure !== undefined) break
  }
  await last
  if (failure !== undefined) throw failure
}

type Answered = { frame(): Buffer } | { frame(): Buffer; readonly error: unknown }

/** Never rejects. */
async function answerOne(core: InferenceCore, message: Buffer, call: GrpcCall): Promise<Answered> {
  try {
    const request = readInferRequest(message, {
      metadata: call.metadata,
      isOver: call.isOver,
      onOver: call.onOver,
      startedAt: performance.now(),
    })
    const answer = await core.infer(request)
    return {
      frame: () =>
        streamFrame((writer) =>
          writeInferResponse(writer, answer, { requestId: request.requestId, isFinal: request.wantsFinal }),
        ),
    }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    const { model, id } = readAddress(message)
    return {
      error,
      frame: () =>
        streamFrame((writer) => {
          writer.string(1, model)
          if (id !== '') writer.string(3, id)
        }, text),
    }
  }
}

function streamFrame(write: (writer: WireWriter) => void, error?: string): Buffer {
  const writer = new WireWriter()
  if (error !== undefined) writer.string(1, error)
  const mark = writer.begin(2)
  write(writer)
  writer.end(mark)
  return writer.frame()
}
