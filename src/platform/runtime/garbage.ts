import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Collect = (options: { readonly type: 'major' | 'minor'; readonly flavor?: 'last-resort' }) => void

let collect: Collect | undefined
let passedBytes = 0

function collector(): Collect {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as Collect
  }
  return collect
}

/** Collects everything and gives room back to the system: only this flavor also lets go of the young generation's. */
export function collectAll(): void {
  collector()({ type: 'major', flavor: 'last-resort' })
}

const youngBytes = 4 << 20

/**
 * To be told of the bytes that a large stream passed on. Their buffers die young, but V8 sees only memory outside its heap
 * grow and answers with full collections: 30 in a gigabyte, which in a server's heap took 1.3 s of processor time. A collection
 * of the young generation now and then, of less than a millisecond, frees the same.
 */
export function buffersPassed(sizeBytes: number): void {
  passedBytes += sizeBytes
  if (passedBytes < youngBytes) return
  passedBytes = 0
  collector()({ type: 'minor' })
}
