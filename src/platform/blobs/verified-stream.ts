import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'
import type { Digest } from './blobs.ts'

interface Findings {
  readonly onRight: (sizeBytes: number) => void
  /** Answers the error for the reader. */
  readonly onWrong: (actual: Digest) => Error
}

/**
 * Passes bytes on and hashes them. The last chunk is held back until the digest of the whole is known to be right, so a
 * reader of damaged bytes never comes to their end.
 */
export function verifiedStream(digest: Digest, { onRight, onWrong }: Findings): Transform {
  const hash = createHash('sha256')
  let sizeBytes = 0
  let last: Uint8Array | undefined
  return new Transform({
    readableHighWaterMark: 1 << 20,
    writableHighWaterMark: 1 << 20,
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk)
      sizeBytes += chunk.length
      const previous = last
      last = chunk
      done(null, previous)
    },
    flush(done) {
      const actual = hash.digest('hex')
      if (actual !== digest) return done(onWrong(actual))
      onRight(sizeBytes)
      done(null, last)
    },
  })
}
