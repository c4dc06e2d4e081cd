import { describe, expect, it } from 'vitest'
import { judgePoints, type WatchMemory, type WatchRule } from './watch.ts'

/** Feeds batches of `[step, value]` and tells, batch by batch, what tripped or recovered. */
function watch(rule: WatchRule, batches: readonly (readonly (readonly [number, number])[])[]): (string | undefined)[] {
  let memory: WatchMemory | undefined
  return batches.map((batch) => {
    const points = batch.map(([step, value]) => ({ step, value, timestamp: step * 10 }))
    const judged = judgePoints({ rule, metric: 'loss' }, memory, points)
    memory = judged.memory
    const { tripped, recovered } = judged
    return (
      [tripped && `tripped: ${tripped}`, recovered && `recovered: ${recovered}`].filter(Boolean).join('; ') || undefined
    )
  })
}

const plateau = { kind: 'plateau', steps: 3, goal: 'minimize', minDelta: 0.1 } as const

describe('a watch', () => {
  it('for what is not finite trips once and stays so, also for a point that comes late', () => {
    const nan = watch({ kind: 'notFinite' }, [[[1, 5]], [[2, Number.NaN]], [[3, Number.NaN]], [[4, 1]]])
    expect(nan).toEqual([undefined, 'tripped: loss is NaN at step 2', undefined, undefined])
    expect(watch({ kind: 'notFinite' }, [[[9, 1]], [[3, Number.NEGATIVE_INFINITY]]])[1]).toBe(
      'tripped: loss is -Infinity at step 3',
    )
  })

  it('with a threshold follows the newest value over both borders', () => {
    const rule = { kind: 'threshold', above: 10, below: 0 } as const
    expect(watch(rule, [[[1, 10]], [[2, 11]], [[3, 12]], [[4, 9]], [[5, -1]]])).toEqual([
      undefined,
      'tripped: loss is 11 at step 2, above 10',
      undefined,
      'recovered: loss is 9 at step 4',
      'tripped: loss is -1 at step 5, below 0',
    ])
  })

  it('sees a spike within one batch, whatever the order of its points', () => {
    expect(
      watch({ kind: 'threshold', above: 10 }, [
        [
          [3, 1],
          [2, 50],
          [1, 1],
        ],
      ]),
    ).toEqual(['tripped: loss is 50 at step 2, above 10; recovered: loss is 1 at step 3'])
  })

  it('says nothing again when a batch arrives twice', () => {
    const spike = [[2, 50]] as const
    expect(watch({ kind: 'threshold', above: 10 }, [spike, [[3, 1]], spike])).toEqual([
      'tripped: loss is 50 at step 2, above 10',
      'recovered: loss is 1 at step 3',
      undefined,
    ])
  })

  it('for a plateau trips when as many steps brought no improvement, and recovers with the next one', () => {
    expect(watch(plateau, [[[0, 1]], [[1, 0.95]], [[2, 0.95]], [[3, 2]], [[4, 2]], [[5, 0.5]], [[6, 0.45]]])).toEqual([
      undefined,
      undefined,
      undefined,
      'tripped: loss has not improved on 1 (step 0) for 3 steps',
      undefined,
      'recovered: loss is 0.5 at step 5, the best so far',
      undefined,
    ])
    expect(watch({ ...plateau, goal: 'maximize' }, [[[0, 1]], [[3, 1.05]]])[1]).toContain('not improved on 1')
  })

  it('for a plateau never takes NaN for the best', () => {
    expect(watch(plateau, [[[0, Number.NaN]], [[1, 3]], [[4, Number.NaN]]])[2]).toContain('not improved on 3 (step 1)')
  })
})
