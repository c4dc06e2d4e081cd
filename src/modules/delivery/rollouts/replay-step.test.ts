import { expect, it } from 'vitest'
import type { ReplayReport } from '../../scoring/replays/model.ts'
import { RolloutAnalysis, RolloutReplay } from './model.ts'
import { judgeReplay } from './replay-step.ts'

const report = (changes: Partial<ReplayReport> = {}): ReplayReport => ({
  summary: { rowCount: 1000, agreedCount: 950, failedCount: 0, p99Us: 200 },
  labelCount: 400,
  served: { accuracy: 0.9 },
  candidate: { accuracy: 0.89 },
  champion: { version: 1, p50Us: 50, p99Us: 150 },
  slices: [],
  ...changes,
})
const judge = (changes: Partial<ReplayReport>, settings: object = {}, analysis: object = {}) =>
  judgeReplay(RolloutReplay.parse(settings), RolloutAnalysis.parse({ maxDrop: 0.02, ...analysis }), report(changes))

it('lets a candidate on that is as good on recorded requests, and says on what', () => {
  expect(judge({})).toMatchObject({
    passed: true,
    reason: expect.stringMatching(/accuracy 0\.89 against 0\.9 .* on 400 labels, a drop of at most 0\.02 is allowed/),
  })
})

it('refuses one that is worse, fails, disagrees too often, is slow, or saw too few rows, naming that alone', () => {
  const reasons = (verdict: ReturnType<typeof judge>) => [verdict.passed, verdict.reason.split(': ')[1]]
  expect(reasons(judge({ candidate: { accuracy: 0.8 } }))).toEqual([
    false,
    expect.stringMatching(/^accuracy 0\.8 against/),
  ])
  const failing = { summary: { rowCount: 900, agreedCount: 900, failedCount: 100 } }
  expect(reasons(judge(failing))).toEqual([false, 'the candidate failed on 100 rows'])
  expect(reasons(judge({}, { minAgreement: 0.99 }))).toEqual([false, 'agreement 0.95, at least 0.99 is wanted'])
  expect(reasons(judge({}, {}, { maxLatencyRatio: 1.2 }))).toEqual([false, 'p99 200 µs against 150 µs for a row'])
  expect(judge({}, { minRows: 2000 }).passed).toBe(false)
})

it('leaves quality to the canary without labels, and fails a metric that could not be computed with them', () => {
  expect(judge({ labelCount: 3, served: {}, candidate: {} }).passed).toBe(true)
  expect(judge({ candidate: {} })).toMatchObject({
    passed: false,
    reason: expect.stringContaining('could not be computed'),
  })
})
