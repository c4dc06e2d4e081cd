import { type FileHandle, open } from 'node:fs/promises'
import { maskedCrc32c } from './crc32c.ts'

/**
 * A file of TFRecords: each is its length (8 bytes), the masked CRC-32C of these, the data, and the masked CRC-32C of the
 * data; numbers little-endian. Writers append, so a file may end in the middle of a record that is still being written.
 */
export interface RecordPart {
  readonly data: Buffer
  /** Where the next record begins. */
  readonly end: number
}

export class DamagedFile extends Error {
  override readonly name = 'DamagedFile'
}

const headBytes = 12
const tailBytes = 4
const chunkBytes = 1 << 20
/** Longer ones are taken for damage: nothing that is drawn on a page is a gigabyte. */
const longestRecordBytes = 1 << 30

/** Whole records from `start` on; ends before one that is not all there. Throws `DamagedFile` where a sum is wrong. */
export async function* readRecords(path: string, start: number): AsyncGenerator<RecordPart> {
  const file = await open(path)
  try {
    let at = start
    let buffer: Buffer = Buffer.alloc(0)
    for (;;) {
      const record = takeRecord(buffer, path, at)
      if (typeof record === 'object') {
        buffer = buffer.subarray(record.end - at)
        at = record.end
        yield record
        continue
      }
      const more = await readMore(file, at + buffer.length, Math.max(record - buffer.length, chunkBytes))
      if (more.length === 0) return
      buffer = Buffer.concat([buffer, more])
    }
  } finally {
    await file.close()
  }
}

/** The record at the beginning of the buffer, or how many bytes it takes to know one. */
function takeRecord(buffer: Buffer, path: string, at: number): RecordPart | number {
  if (buffer.length < headBytes) return headBytes
  if (maskedCrc32c(buffer.subarray(0, 8)) !== buffer.readUInt32LE(8)) throw damaged(path, at)
  const length = Number(buffer.readBigUInt64LE(0))
  if (length > longestRecordBytes) throw damaged(path, at)
  const size = headBytes + length + tailBytes
  if (buffer.length < size) return size
  const data = buffer.subarray(headBytes, headBytes + length)
  if (maskedCrc32c(data) !== buffer.readUInt32LE(headBytes + length)) throw damaged(path, at)
  return { data, end: at + size }
}

function damaged(path: string, at: number): DamagedFile {
  return new DamagedFile(`${path} is damaged at byte ${at}; what comes before is imported`)
}

async function readMore(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}
