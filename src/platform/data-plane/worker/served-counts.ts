import { latencyBucket, type ServedRecord } from '../../inference/index.ts'

/** What is known of a prediction that is only counted. */
export type Served = Pick<ServedRecord, 'deployment' | 'variant'> & {
  readonly rows: number
  readonly latencyUs: number
}

/** Traffic of predictions that are not recorded, added up for a moment: what is lost when a worker is killed is a count. */
export interface ServedCounts {
  add(served: Served): void
  /** Hands over what was added. */
  write(): void
}

const writeMs = 1000

export function createServedCounts(now: () => number, onCount: (record: ServedRecord) => void): ServedCounts {
  const counts = new Map<string, { -readonly [Key in keyof ServedRecord]: ServedRecord[Key] } & { buckets: Counts }>()
  let timer: NodeJS.Timeout | undefined

  function write(): void {
    clearTimeout(timer)
    timer = undefined
    for (const record of counts.values()) onCount(record)
    counts.clear()
  }

  return {
    write,
    add: ({ deployment, variant, rows, latencyUs }) => {
      const key = `${deployment}/${variant}`
      let sum = counts.get(key)
      if (sum === undefined) {
        sum = { kind: 'served', deployment, variant, at: now(), count: 0, rowCount: 0, latencySumUs: 0, buckets: {} }
        counts.set(key, sum)
      }
      const bucket = latencyBucket(latencyUs)
      sum.count += 1
      sum.rowCount += rows
      sum.latencySumUs += latencyUs
      sum.buckets[bucket] = (sum.buckets[bucket] ?? 0) + 1
      timer ??= setTimeout(write, writeMs).unref()
    },
  }
}

type Counts = Record<string, number>
