import { open, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { parseSegmentName } from '../../platform/inference/index.ts'

/** Reading side of the prediction log: files that workers append to, each read from where the last transaction stopped. */
export interface Segment {
  readonly name: string
  /** Its worker writes another file now: what it holds is all there will be. */
  readonly isFinished: boolean
}

/** Bytes of one transaction, some 500 small predictions: neither the database nor this thread is held for long. */
const chunkBytes = 128 * 1024
const maxLineBytes = 64 * 1024 * 1024

/** In order of writing per worker. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const parsed = (await readdir(folder)).flatMap((name) => {
    const parts = parseSegmentName(name)
    return parts === undefined ? [] : [{ name, ...parts }]
  })
  parsed.sort((a, b) => a.worker - b.worker || a.number - b.number)
  return parsed.map(({ name, worker, number }) => ({
    name,
    isFinished: parsed.some((other) => other.worker === worker && other.number > number),
  }))
}

/** Whole lines from `offset` on and where they end; no lines when nothing whole has arrived. */
export async function readLines(
  folder: string,
  name: string,
  offset: number,
): Promise<{ lines: string[]; end: number }> {
  const file = await open(join(folder, name), 'r')
  try {
    for (let size = chunkBytes; size <= maxLineBytes; size *= 2) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size), 0, size, offset)
      const last = buffer.subarray(0, bytesRead).lastIndexOf(10)
      if (last !== -1) return { lines: buffer.toString('utf8', 0, last).split('\n'), end: offset + last + 1 }
      if (bytesRead < size) break
    }
    return { lines: [], end: offset }
  } finally {
    await file.close()
  }
}

export async function removeSegment(folder: string, name: string): Promise<void> {
  await unlink(join(folder, name))
}
