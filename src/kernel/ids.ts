import { randomFillSync } from 'node:crypto'

/**
 * Ids are `<prefix>_<26 characters>`: a ULID in lower-case Crockford base 32, so ids sort by creation time and need no
 * coordination. 48 bits of milliseconds, 80 bits of randomness; within one millisecond the random part counts up.
 */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

export type IdMaker = <P extends string>(prefix: P) => `${P}_${string}`

/** Makes an id source. `now` gives epoch milliseconds, `fill` fills bytes with randomness (seeded in tests). */
export function createIds(now: () => number, fill: (bytes: Uint8Array) => void = randomFillSync): IdMaker {
  let lastMs = -1
  const random = new Uint8Array(10)
  return (prefix) => {
    const ms = Math.max(now(), lastMs)
    if (ms === lastMs) increment(random)
    else fill(random)
    lastMs = ms
    return `${prefix}_${encodeTime(ms)}${encodeRandom(random)}`
  }
}

function increment(bytes: Uint8Array): void {
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = ((bytes[i] ?? 0) + 1) & 0xff
    if (bytes[i] !== 0) return
  }
}

function encodeTime(ms: number): string {
  let text = ''
  let rest = ms
  for (let i = 0; i < 10; i++) {
    text = alphabet.charAt(rest % 32) + text
    rest = Math.floor(rest / 32)
  }
  return text
}

// 80 bits as 16 characters of 5 bits.
function encodeRandom(bytes: Uint8Array): string {
  let text = ''
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet.charAt((buffer >> bits) & 31)
    }
    buffer &= (1 << bits) - 1
  }
  return text
}
