/**
 * The sticky split. A key always lands at the same point of [0, 100), and variants own ranges of it. Where no ranges are
 * given, variants after the first own the low end by their weights and the first owns the rest.
 */
export interface SplitRange {
  /** From where the range before ends, up to here. */
  readonly below: number
  readonly variant: string
}

export interface Weighted {
  readonly name: string
  /** Percent. */
  readonly weight: number
}

export interface SplitOf<T> {
  readonly salt: string
  readonly variants: readonly T[]
  /** In order, up to 100. */
  readonly ranges?: readonly SplitRange[] | undefined
}

export function pickVariant<T extends Weighted>({ salt, variants, ranges }: SplitOf<T>, key: string): T | undefined {
  const first = variants[0]
  if (variants.length < 2) return first
  const point = splitPoint(salt, key)
  if (ranges !== undefined) {
    const owner = ownerOf(ranges, point)
    for (const variant of variants) if (variant.name === owner) return variant
  }
  let bound = 0
  for (let i = variants.length - 1; i > 0; i--) {
    const variant = variants[i]
    bound += variant?.weight ?? 0
    if (point < bound) return variant
  }
  return first
}

function ownerOf(ranges: readonly SplitRange[], point: number): string | undefined {
  let [from, to] = [0, ranges.length - 1]
  while (from < to) {
    const middle = (from + to) >> 1
    if (point < (ranges[middle]?.below ?? 0)) to = middle
    else from = middle + 1
  }
  return ranges[from]?.variant
}

/** Where a key lands in [0, 100). */
export function splitPoint(salt: string, key: string): number {
  return (splitHash(salt, key) / 4_294_967_296) * 100
}

/** FNV-1a over salt and key with the finalizer of MurmurHash3, which spreads keys that differ in one digit; 32 bits. */
export function splitHash(salt: string, key: string): number {
  let hash = 0x811c9dc5
  const text = `${salt}/${key}`
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  hash ^= hash >>> 16
  return hash >>> 0
}
