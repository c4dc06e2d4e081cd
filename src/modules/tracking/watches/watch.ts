/** Watches: what the runs of an experiment are watched for while they log. The rules are pure. */
import { z } from 'zod'
import { defineEvent } from '../../../kernel/event.ts'
import { maxKeyLength } from '../metrics/batch.ts'

export const WatchRule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('notFinite') }),
  z.object({ kind: z.literal('threshold'), above: z.number().optional(), below: z.number().optional() }),
  z.object({
    kind: z.literal('plateau'),
    /** How many steps may pass without an improvement. */
    steps: z.number().int().min(1),
    goal: z.enum(['minimize', 'maximize']),
    /** A smaller change is no improvement. */
    minDelta: z.number().min(0),
  }),
])
export type WatchRule = z.output<typeof WatchRule>

export const Watch = z.object({
  id: z.string(),
  experimentId: z.string(),
  name: z.string(),
  /** Key of the metric; `*` is every metric. */
  metric: z.string().min(1).max(maxKeyLength),
  rule: WatchRule,
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Watch = z.output<typeof Watch>

/** How one metric of one run stands with a watch. */
export const WatchState = z.object({
  watchId: z.string(),
  watch: z.string(),
  runId: z.string(),
  metric: z.string(),
  state: z.enum(['ok', 'tripped']),
  /** `loss is NaN at step 512`: why it tripped last; kept after a recovery. */
  summary: z.string().optional(),
  changedAt: z.number(),
})
export type WatchState = z.output<typeof WatchState>

const about = z.object({
  watchId: z.string(),
  watch: z.string(),
  experimentId: z.string(),
  runId: z.string(),
  metric: z.string(),
  summary: z.string(),
})
export const watchTripped = defineEvent('tracking.watch.tripped', 'A metric did what its watch was set for.', about, {
  sentence: 'Watch {watch}: {summary}',
})
export const watchRecovered = defineEvent('tracking.watch.recovered', 'A metric is again as it should be.', about, {
  sentence: 'Watch {watch} is well again: {summary}',
})

/** What is kept between batches: the newest point that was looked at, and for a plateau the best one. */
export interface WatchMemory {
  readonly isTripped: boolean
  readonly lastStep: number
  readonly lastTimestamp: number
  readonly best: number | null
  readonly bestStep: number | null
}

export interface WatchedPoint {
  readonly step: number
  readonly timestamp: number
  readonly value: number
}

export interface Judgment {
  readonly memory: WatchMemory
  /** Why it tripped within these points; absent when it did not or had already. */
  readonly tripped?: string
  /** Why it is well again at their end. */
  readonly recovered?: string
}

/**
 * Looks at points of one metric in order of step and time. Points that are not newer than what was looked at before count
 * only where no later point can take them back (a NaN), so that a batch which arrives twice changes nothing.
 */
export function judgePoints(
  watch: Pick<Watch, 'rule'> & { readonly metric: string },
  before: WatchMemory | undefined,
  points: readonly WatchedPoint[],
): Judgment {
  let memory = before
  let tripped: string | undefined
  let recovered: string | undefined
  for (const point of points.toSorted((a, b) => a.step - b.step || a.timestamp - b.timestamp)) {
    const isNewer = memory === undefined || comparePlace(point, memory) > 0
    if (!isNewer && watch.rule.kind !== 'notFinite') continue
    const next = look(watch, memory, point)
    const wasTripped = memory?.isTripped === true
    if (next.isTripped && !wasTripped) [tripped, recovered] = [next.why, undefined]
    if (!next.isTripped && wasTripped) recovered = next.why
    const place = isNewer || memory === undefined ? point : { step: memory.lastStep, timestamp: memory.lastTimestamp }
    const { isTripped, best, bestStep } = next
    memory = { isTripped, best, bestStep, lastStep: place.step, lastTimestamp: place.timestamp }
  }
  if (memory === undefined) throw new Error('a judgment needs at least one point')
  return {
    memory,
    ...(tripped === undefined ? {} : { tripped }),
    ...(recovered === undefined ? {} : { recovered }),
  }
}

function comparePlace(point: WatchedPoint, { lastStep, lastTimestamp }: WatchMemory): number {
  return point.step - lastStep || point.timestamp - lastTimestamp
}

interface Look {
  readonly isTripped: boolean
  readonly why: string
  readonly best: number | null
  readonly bestStep: number | null
}

type Looked = { readonly rule: WatchRule; readonly metric: string }

function look({ rule, metric }: Looked, memory: WatchMemory | undefined, point: WatchedPoint): Look {
  const here = `${metric} is ${point.value} at step ${point.step}`
  const kept = { best: memory?.best ?? null, bestStep: memory?.bestStep ?? null }
  if (rule.kind === 'notFinite') {
    return { ...kept, isTripped: memory?.isTripped === true || !Number.isFinite(point.value), why: here }
  }
  if (rule.kind === 'threshold') {
    const { above, below } = rule
    if (above !== undefined && point.value > above) return { ...kept, isTripped: true, why: `${here}, above ${above}` }
    if (below !== undefined && point.value < below) return { ...kept, isTripped: true, why: `${here}, below ${below}` }
    return { ...kept, isTripped: false, why: here }
  }
  const { best, bestStep } = kept
  const gain =
    best === null ? Number.POSITIVE_INFINITY : rule.goal === 'minimize' ? best - point.value : point.value - best
  if (best === null || bestStep === null || gain > rule.minDelta) {
    // A first NaN would never be improved on.
    if (Number.isNaN(point.value)) return { ...kept, isTripped: false, why: here }
    return { isTripped: false, why: `${here}, the best so far`, best: point.value, bestStep: point.step }
  }
  const since = point.step - bestStep
  const why = `${metric} has not improved on ${best} (step ${bestStep}) for ${since} steps`
  return { ...kept, isTripped: memory?.isTripped === true || since >= rule.steps, why }
}
