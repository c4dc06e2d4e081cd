/** The log of an attempt: a file while it runs, a blob afterwards; the token of its run is taken out of it. */
import { createReadStream } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { pipeline, Readable, Transform } from 'node:stream'
import { sleep } from '../../kernel/retry.ts'
import type { PipelineContext } from './context.ts'

const tailBytes = 16 * 1024

/** Stores the log and answers where; an attempt that never got as far as a log has none. */
export async function storeLog(
  ctx: PipelineContext,
  { runId, path }: { readonly runId: string; readonly path: string },
): Promise<{ logDigest: string; logBytes: number } | undefined> {
  if ((await stat(path).catch(() => undefined)) === undefined) return undefined
  const { blobs, children } = ctx.platform
  const { digest, sizeBytes } = await blobs.write(redacted(createReadStream(path), children.tokenOf(runId)))
  return { logDigest: digest, logBytes: sizeBytes }
}

/** The last lines of a log that may be large. */
export async function lastLines(path: string, count: number): Promise<string[]> {
  const file = await open(path).catch(() => undefined)
  if (file === undefined) return []
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - tailBytes)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start)
    const lines = buffer.subarray(0, bytesRead).toString().replace(/\n+$/, '').split('\n')
    // The first line of a cut log begins somewhere in its middle.
    return (start > 0 ? lines.slice(1) : lines).filter((line) => line !== '').slice(-count)
  } finally {
    await file.close()
  }
}

/** Without the token. Fails as the log does, and ends the reading of it when nobody reads on. */
export function redacted(log: Readable, token: string): Readable {
  return pipeline(log, redact(token), () => undefined)
}

/** Replaces every occurrence of a secret, also one that two chunks share. */
export function redact(secret: string): Transform {
  if (secret === '') return new Transform({ transform: (chunk, _encoding, done) => done(null, chunk) })
  // One byte a character: cutting between any two of them is safe.
  const needle = Buffer.from(secret).toString('latin1')
  let held = ''
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      const text = (held + chunk.toString('latin1')).replaceAll(needle, '***')
      const cut = text.length - possibleStart(text, needle)
      held = text.slice(cut)
      done(null, Buffer.from(text.slice(0, cut), 'latin1'))
    },
    flush: (done) => done(null, Buffer.from(held, 'latin1')),
  })
}

/** How many characters at the end of `text` may be the beginning of `needle`: only they wait for the next chunk. */
function possibleStart(text: string, needle: string): number {
  for (let length = Math.min(needle.length - 1, text.length); length > 0; length--) {
    if (needle.startsWith(text.slice(-length))) return length
  }
  return 0
}

/** A file that grows: read to its end, and on, until `isEnded` says that nothing will be added. */
export function followFile(path: string, isEnded: () => Promise<boolean>, options: FollowOptions = {}): Readable {
  return Readable.from(chunksOf(path, isEnded, options))
}

export interface FollowOptions {
  readonly signal?: AbortSignal | undefined
  /** Begin this many bytes before what is the end now; default: at the beginning. */
  readonly tailBytes?: number | undefined
}

const pollMs = 100

async function* chunksOf(path: string, isEnded: () => Promise<boolean>, { signal, tailBytes }: FollowOptions) {
  let file: FileHandle | undefined
  let position = tailBytes === undefined ? 0 : await startOfTail(path, tailBytes)
  try {
    const buffer = Buffer.alloc(64 * 1024)
    for (;;) {
      // Asked before reading: what was written before the end is still read.
      const wasEnded = await isEnded()
      // The file appears when the command starts.
      file ??= await open(path).catch(() => undefined)
      for (;;) {
        const { bytesRead } = (await file?.read(buffer, 0, buffer.length, position)) ?? { bytesRead: 0 }
        if (bytesRead === 0) break
        position += bytesRead
        yield Buffer.from(buffer.subarray(0, bytesRead))
      }
      if (wasEnded || signal?.aborted) return
      await sleep(pollMs)
    }
  } finally {
    await file?.close()
  }
}

async function startOfTail(path: string, tailBytes: number): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  return Math.max(0, (found?.size ?? 0) - tailBytes)
}
