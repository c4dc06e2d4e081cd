import type { FeatureBaseline, NumericBaseline } from './statistics/baseline.ts'

/**
 * A stored baseline is JSON for what people may look at, and one blob for the sorted values: float32, little endian, the
 * numeric features one after the other.
 */
type StoredFeature =
  | (Omit<NumericBaseline, 'sorted'> & { readonly offset: number })
  | Exclude<FeatureBaseline, NumericBaseline>

export function encodeBaseline(features: readonly FeatureBaseline[]): { profile: string; bytes: Buffer } {
  const numeric = features.filter((feature) => feature.type === 'numeric')
  const total = numeric.reduce((sum, feature) => sum + feature.sorted.length, 0)
  const bytes = Buffer.alloc(total * 4)
  let offset = 0
  const stored = features.map((feature): StoredFeature => {
    if (feature.type === 'categorical') return feature
    const { sorted, ...rest } = feature
    const start = offset
    for (const value of sorted) offset = bytes.writeFloatLE(value, offset)
    return { ...rest, offset: start }
  })
  return { profile: JSON.stringify(stored), bytes }
}

export function decodeBaseline(profile: string, bytes: Buffer): FeatureBaseline[] {
  return (JSON.parse(profile) as StoredFeature[]).map((stored) => {
    if (stored.type === 'categorical') return stored
    const { offset, ...rest } = stored
    const sorted = new Float32Array(stored.count)
    for (let i = 0; i < sorted.length; i++) sorted[i] = bytes.readFloatLE(offset + 4 * i)
    return { ...rest, sorted }
  })
}
