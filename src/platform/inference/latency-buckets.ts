/** Latencies as counts in buckets that grow by 15 %: a percentile is right to 7 %, and buckets of any time can be added. */
export type Buckets = Record<string, number>

const growth = Math.log(1.15)

export function latencyBucket(latencyUs: number): string {
  return String(Math.max(0, Math.round(Math.log(Math.max(1, latencyUs)) / growth)))
}

export function addBuckets(into: Buckets, more: Readonly<Buckets>): void {
  for (const [bucket, count] of Object.entries(more)) into[bucket] = (into[bucket] ?? 0) + count
}

/** Latency in microseconds below which `share` of the counts lie; undefined without counts. */
export function percentile(buckets: Readonly<Buckets>, share: number): number | undefined {
  const sorted = Object.entries(buckets)
    .map(([bucket, count]) => [Number(bucket), count] as const)
    .sort(([a], [b]) => a - b)
  const total = sorted.reduce((sum, [, count]) => sum + count, 0)
  let seen = 0
  for (const [bucket, count] of sorted) {
    seen += count
    if (seen >= share * total) return Math.round(Math.exp(bucket * growth))
  }
  return undefined
}
