import { createWorkerThread, type WorkerThread } from '../runtime/index.ts'
import type { Digest } from './blobs.ts'
import type { HashedFile } from './hashed-file.ts'

/** What is asked of the thread about the file with this descriptor; the batch's buffer comes back in the answer. */
export type HashRequest = { readonly fd: number } & (
  | { readonly act: 'write'; readonly bytes: Uint8Array<ArrayBuffer>; readonly isFirst: boolean }
  | { readonly act: 'finish' }
  | { readonly act: 'leave' }
)
export type HashAnswer = Uint8Array<ArrayBuffer> | Digest | undefined

// The same file name in the sources (.ts) and in the built program (.js).
const file = new URL(import.meta.url.endsWith('.ts') ? './hash-worker.ts' : './hash-worker.js', import.meta.url)

/** Hashed files that one worker thread hashes and writes. */
export interface Hashing {
  /** Over an open file descriptor, which stays the caller's. */
  open(fd: number): HashedFile
  stop(): Promise<void>
}

/**
 * A gigabyte takes most of a second to hash, which others would wait for on the event loop. Bytes are copied into buffers that
 * go to the thread and come back; the chunks' own memory is freed at once.
 */
export function createHashing(idleMs?: number): Hashing {
  const thread = createWorkerThread<HashRequest, HashAnswer>(file, { name: 'hashing', idleMs })
  return { open: (fd) => threadedFile(thread, fd), stop: () => thread.stop() }
}

function threadedFile(thread: WorkerThread<HashRequest, HashAnswer>, fd: number): HashedFile {
  const spare: ArrayBuffer[] = []
  const release = thread.hold()
  let isFirst = true
  return {
    async write(batch) {
      const sizeBytes = batch.reduce((sum, chunk) => sum + chunk.length, 0)
      const kept = spare.pop()
      const bytes = new Uint8Array(
        kept !== undefined && kept.byteLength >= sizeBytes ? kept : new ArrayBuffer(sizeBytes),
      )
      let at = 0
      for (const chunk of batch) {
        bytes.set(chunk, at)
        at += chunk.length
        free(chunk)
      }
      const request = { fd, act: 'write', bytes: bytes.subarray(0, at), isFirst } as const
      isFirst = false
      const answer = await thread.ask(request, [bytes.buffer])
      if (answer instanceof Uint8Array) spare.push(answer.buffer)
    },
    finish: async () => (await thread.ask({ fd, act: 'finish' })) as Digest,
    leave: async () => {
      // A thread that ended uses no file.
      await thread.ask({ fd, act: 'leave' }).catch(() => undefined)
      release()
    },
  }
}

/**
 * Gives the memory of a chunk back now. Left to the collector it sets off a full collection for every 30 MB: V8 sees only
 * memory outside its heap grow. A chunk that shares its memory with others keeps it.
 */
function free({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}
