import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'
import type { Digest } from './blobs.ts'

/**
 * Passes bytes on and hashes them. The last chunk is held back until the digest of the whole is known to be right, so a
 * reader of damaged bytes never comes to their end: it gets the error of `failure` instead.
 */
export function verifiedStream(digest: Digest, failure: (actual: Digest) => Error): Transform {
  const hash = createHash('sha256')
  let last: Uint8Array | undefined
  return new Transform({
    readableHighWaterMark: 1 << 20,
    writableHighWaterMark: 1 << 20,
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk)
      const previous = last
      last = chunk
      done(null, previous)
    },
    flush(done) {
      const actual = hash.digest('hex')
      if (actual === digest) done(null, last)
      else done(failure(actual))
    },
  })
}
