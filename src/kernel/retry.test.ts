import { describe, expect, it } from 'vitest'
import { backoffMs, retry, sleep } from './retry.ts'

const policy = { attempts: 3, firstDelayMs: 1, maxDelayMs: 2, shouldRetry: () => true }

describe('retry', () => {
  it('answers the first success and stops there', async () => {
    const attempts: number[] = []
    const answer = await retry(policy, async (attempt) => {
      attempts.push(attempt)
      if (attempt < 2) throw new Error('not yet')
      return 'done'
    })
    expect([answer, attempts]).toEqual(['done', [1, 2]])
  })

  it('gives up with the last error', async () => {
    await expect(retry(policy, async (attempt) => Promise.reject(new Error(`try ${attempt}`)))).rejects.toThrow('try 3')
  })

  it('does not repeat what is not worth it', async () => {
    let count = 0
    const run = retry({ ...policy, shouldRetry: () => false }, async () => {
      count += 1
      throw new Error('final')
    })
    await expect(run).rejects.toThrow('final')
    expect(count).toBe(1)
  })

  it('waits twice as long each time, up to the limit, with full jitter', () => {
    const at = (attempt: number, random: number) =>
      backoffMs({ firstDelayMs: 100, maxDelayMs: 1000, random: () => random }, attempt)
    expect([1, 2, 3, 4, 5].map((attempt) => at(attempt, 0.9999))).toEqual([99, 199, 399, 799, 999])
    expect(at(3, 0)).toBe(0)
  })

  it('ends a wait when its signal aborts', async () => {
    const stop = new AbortController()
    const waiting = sleep(60_000, stop.signal)
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
  })
})
