import { describe, expect, it } from 'vitest'
import { describeRollout, duration, type EndedRollout } from './sentences.ts'

const variant = (logLoss: number, labelCount: number) => ({ logLoss, labelCount })
const rollout = (state: string, reason: string) =>
  ({
    state,
    championVersion: 1,
    analysis: { metric: 'logLoss' },
    evidence: { candidate: variant(0.41237, 300), champion: variant(0.45, 700) },
    history: [{ reason: 'began' }, { reason }],
  }) as unknown as EndedRollout['rollout']
const told = (state: string, reason: string, champion: EndedRollout['champion'] = { model: 'delay', version: 1 }) =>
  describeRollout({ candidate: { model: 'delay', version: 2 }, champion, rollout: rollout(state, reason) })

describe('what is told about a rollout', () => {
  it('says what replaced what and on which numbers', () => {
    expect(told('promoted', 'logLoss 0.4124 on 300 labels against 0.45')).toBe(
      'delay/2 replaced delay/1 as champion. LogLoss 0.4124 on 300 labels against 0.45.',
    )
    expect(told('promoted', 'good enough', undefined)).toBe(
      'delay/2 replaced delay/1 as champion. In the canary its logLoss was 0.4124 (300 labels) against 0.45 (700 labels). Good enough.',
    )
  })

  it('says why a candidate did not', () => {
    expect(told('rolledBack', 'logLoss rose by 0.3')).toBe(
      'delay/2 did not replace delay/1: its rollout was rolled back. LogLoss rose by 0.3.',
    )
    expect(told('aborted', 'stop!')).toContain('its rollout was aborted. In the canary')
  })

  it.each([
    [500, '500 ms'],
    [1_000, '1 s'],
    [90_000, '90 s'],
    [3_600_000, '1 h'],
    [5_400_000, '90 min'],
    [86_400_000, '1 d'],
    [129_600_000, '36 h'],
  ])('shows %i ms as %s', (ms, text) => expect(duration(ms)).toBe(text))
})
