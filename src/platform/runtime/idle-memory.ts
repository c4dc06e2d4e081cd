import { performance } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { collectAll } from './garbage.ts'

/** How a second of the event loop went. */
export interface LoopSecond {
  /** Share of the second in which it worked, 0 to 1. */
  readonly busy: number
  readonly heapUsed: number
  readonly heapTotal: number
}

const quietShare = 0.03
const quietSeconds = 2
/** A full collection takes about 2 ms per MB of live heap; above this nobody is made to wait for it. */
const largestHeapBytes = 64 * 1024 * 1024
/** Less room than this is not worth a pause. */
const leastRoomBytes = 12 * 1024 * 1024

/** Decides second by second; says yes once after work, when it has been quiet for a while, and there is much room around a small heap. */
export function createQuietDetector(): (second: LoopSecond) => boolean {
  let hasWorked = true
  let quiet = 0
  return ({ busy, heapUsed, heapTotal }) => {
    quiet = busy <= quietShare ? quiet + 1 : 0
    if (quiet === 0) hasWorked = true
    const isWorthIt = heapUsed <= largestHeapBytes && heapTotal - heapUsed >= leastRoomBytes
    if (!hasWorked || quiet < quietSeconds || !isWorthIt) return false
    hasWorked = false
    return true
  }
}

/**
 * Gives memory back when a server falls idle. V8 itself keeps the room that start-up or a burst of requests made it take
 * (20 MB of 120) until it next has work. Answers a function that ends it.
 */
export function releaseMemoryWhenIdle(): () => void {
  const isDue = createQuietDetector()
  let before = performance.eventLoopUtilization()
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization()
    const busy = performance.eventLoopUtilization(now, before).utilization
    before = now
    if (isDue({ busy, ...heap() })) collectAll()
  }, 1000)
  timer.unref()
  return () => clearInterval(timer)
}

/** From V8 alone: `process.memoryUsage` opens a file, and throws when the process has no descriptor left for it. */
function heap(): Pick<LoopSecond, 'heapUsed' | 'heapTotal'> {
  const { used_heap_size: heapUsed, total_heap_size: heapTotal } = getHeapStatistics()
  return { heapUsed, heapTotal }
}
