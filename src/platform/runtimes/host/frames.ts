import type { Socket } from 'node:net'

/** Frames between a worker and a process of user code; host.py says what they are. */
export interface Frame {
  readonly head: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

const startBytes = 8
/** A head names tensors and carries messages: one beyond this is no frame of ours. */
const maxHeadBytes = 2 ** 26

export function writeFrame(socket: Socket, head: object, parts: readonly Uint8Array[] = []): void {
  const text = JSON.stringify(head)
  const length = Buffer.byteLength(text)
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0)
  const frame = Buffer.allocUnsafe(startBytes + length + size)
  frame.writeUInt32LE(length, 0)
  frame.writeUInt32LE(size, 4)
  frame.write(text, startBytes)
  let at = startBytes + length
  for (const part of parts) {
    frame.set(part, at)
    at += part.byteLength
  }
  socket.write(frame)
}

/** Gathers chunks and calls `onFrame` for each whole frame. Throws on what cannot be one. */
export function createFrameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = []
  let size = 0
  let wanted = startBytes

  return (chunk) => {
    chunks.push(chunk)
    size += chunk.byteLength
    while (size >= wanted) {
      const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
      const head = all.readUInt32LE(0)
      const end = startBytes + head + all.readUInt32LE(4)
      if (head > maxHeadBytes) throw new Error('the process of the model sent something that is no frame')
      if (size >= end) {
        const body = all.subarray(startBytes + head, end)
        onFrame({ head: JSON.parse(all.toString('utf8', startBytes, startBytes + head)), body })
      }
      const isWhole = size >= end
      chunks = isWhole ? (size > end ? [all.subarray(end)] : []) : [all]
      size = isWhole ? size - end : size
      wanted = isWhole ? startBytes : end
    }
  }
}
