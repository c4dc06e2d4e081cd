import { connect, type Socket } from 'node:net'
import { type Connection, drive, type LoadOptions, type LoadResult } from './load.ts'

/**
 * The same load over gRPC: HTTP/2 frames prepared once, so that the generator costs the machine as little as the one for
 * HTTP/1.1. One call at a time on each connection; an answer is done when its trailers end the stream.
 */
export interface GrpcLoadOptions extends Omit<LoadOptions, 'path' | 'body'> {
  /** `/inference.GRPCInferenceService/ModelInfer` */
  readonly method: string
  readonly message: Uint8Array
}

const frames = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, window: 8 }
const endStream = 1
const endHeaders = 4
const acknowledged = 1

export function runGrpcLoad(options: GrpcLoadOptions): Promise<LoadResult> {
  const head = headerBlock(options.method, `127.0.0.1:${options.port}`)
  const body = Buffer.alloc(5 + options.message.byteLength)
  body.writeUInt32BE(options.message.byteLength, 1)
  body.set(options.message, 5)
  return drive(options, (onAnswer) => openConnection(options.port, { head, body }, onAnswer))
}

async function openConnection(
  port: number,
  call: { readonly head: Buffer; readonly body: Buffer },
  onAnswer: (connection: Connection, ok: boolean) => void,
): Promise<Connection> {
  const socket = connect(port, '127.0.0.1').setNoDelay()
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  // As much as there is room for: windows never hold the answers up.
  const unlimited = Buffer.from([0, 4, 0x7f, 0xff, 0xff, 0xff])
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  socket.write(
    Buffer.concat([frame(frames.settings, 0, 0, unlimited), frame(frames.window, 0, 0, Buffer.from([0x3f, 0, 0, 0]))]),
  )
  const one = Buffer.concat([
    frame(frames.headers, endHeaders, 1, call.head),
    frame(frames.data, endStream, 1, call.body),
  ])
  const dataAt = 9 + call.head.byteLength
  let stream = 1
  const connection: Connection = {
    socket,
    dueAt: 0,
    isBusy: false,
    send: () => {
      const message = Buffer.from(one)
      message.writeUInt32BE(stream, 5)
      message.writeUInt32BE(stream, dataAt + 5)
      stream += 2
      socket.write(message)
    },
  }
  readFrames(socket, (ok) => onAnswer(connection, ok))
  return connection
}

/** Calls `onEnd` for each stream that ends: `ok` when it carried a message. */
function readFrames(socket: Socket, onEnd: (ok: boolean) => void): void {
  let pending: Buffer = Buffer.alloc(0)
  let hasMessage = false
  socket.on('data', (chunk: Buffer) => {
    pending = pending.byteLength === 0 ? chunk : Buffer.concat([pending, chunk])
    while (pending.byteLength >= 9) {
      const length = pending.readUIntBE(0, 3)
      if (pending.byteLength < 9 + length) return
      const type = pending[3]
      const flags = pending[4] ?? 0
      pending = pending.subarray(9 + length)
      if (type === frames.settings && (flags & acknowledged) === 0)
        socket.write(frame(frames.settings, acknowledged, 0))
      if (type === frames.ping && (flags & acknowledged) === 0)
        socket.write(frame(frames.ping, acknowledged, 0, Buffer.alloc(8)))
      if (type === frames.data && length > 5) hasMessage = true
      const isEnd = (type === frames.headers || type === frames.data) && (flags & endStream) !== 0
      if (!isEnd && type !== frames.reset && type !== frames.goaway) continue
      onEnd(isEnd && hasMessage)
      hasMessage = false
    }
  })
}

/** Literal fields without indexing (RFC 7541): the same bytes for every call. */
function headerBlock(method: string, authority: string): Buffer {
  const literal = (name: string, value: string) =>
    Buffer.concat([Buffer.from([0, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)])
  const postHttp = Buffer.from([0x83, 0x86])
  return Buffer.concat([
    postHttp,
    literal(':path', method),
    literal(':authority', authority),
    literal('content-type', 'application/grpc'),
    literal('te', 'trailers'),
  ])
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.byteLength, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
