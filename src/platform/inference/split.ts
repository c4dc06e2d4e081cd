/**
 * The sticky split. A key always lands at the same point of [0, 100); variants after the first own the low end of that
 * range by their weights and the first owns the rest, so raising a canary's weight only moves keys to it, never away.
 */
export function pickVariant<T extends { readonly weight: number }>(
  variants: readonly T[],
  salt: string,
  key: string,
): T | undefined {
  const first = variants[0]
  if (variants.length < 2) return first
  const point = splitPoint(salt, key)
  let bound = 0
  for (let i = variants.length - 1; i > 0; i--) {
    const variant = variants[i]
    bound += variant?.weight ?? 0
    if (point < bound) return variant
  }
  return first
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
