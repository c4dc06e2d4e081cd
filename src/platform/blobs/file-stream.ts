import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { buffersPassed } from '../runtime/index.ts'
import type { ByteRange } from './blobs.ts'

const chunkBytes = 1 << 20
/** Most files are small, and a buffer of a megabyte for a few bytes is waste. */
const firstBytes = 64 << 10

/** The bytes of an open file, or a range of them. Closes it in the end. */
export function fileStream(file: FileHandle, range: ByteRange = { start: 0 }): Readable {
  const { end = Number.POSITIVE_INFINITY } = range
  let at = range.start
  async function next(): Promise<Uint8Array | null> {
    const wanted = Math.min(at === range.start ? firstBytes : chunkBytes, end + 1 - at)
    if (wanted <= 0) return null
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, at)
    at += bytesRead
    buffersPassed(bytesRead)
    return bytesRead === 0 ? null : buffer.subarray(0, bytesRead)
  }
  return new Readable({
    highWaterMark: chunkBytes,
    read() {
      next().then(
        (chunk) => this.push(chunk),
        (error: Error) => this.destroy(error),
      )
    },
    destroy(error, done) {
      file.close().then(
        () => done(error),
        (failure: Error) => done(error ?? failure),
      )
    },
  })
}
