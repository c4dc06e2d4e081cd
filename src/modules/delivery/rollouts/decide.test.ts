import { describe, expect, it } from 'vitest'
import { decide, judge } from './decide.ts'
import { RolloutAnalysis, type RolloutEvidence, type VariantEvidence } from './model.ts'

const side = (changes: Partial<VariantEvidence> = {}): VariantEvidence => ({
  variant: 'v1',
  modelVersionId: 'mdv_1',
  predictionCount: 500,
  labelCount: 200,
  requestCount: 500,
  errorCount: 0,
  p99Us: 1000,
  accuracy: 0.8,
  logLoss: 0.5,
  auc: 0.85,
  ...changes,
})

function situation(given: {
  candidate?: Partial<VariantEvidence>
  champion?: Partial<VariantEvidence>
  analysis?: object
  stepPredictions?: number
  stepLabels?: number
  step?: number
  waitedMs?: number
  minLabels?: number
  shift?: RolloutEvidence['predictionShift']
  approval?: boolean
  approvedStep?: number
}) {
  const analysis = RolloutAnalysis.parse({ metric: 'accuracy', maxDrop: 0.02, maxWaitMs: 60_000, ...given.analysis })
  const numbers: Omit<RolloutEvidence, 'checks'> = {
    from: 0,
    to: 1000,
    step: given.step ?? 0,
    stepPredictions: given.stepPredictions ?? 100,
    stepLabels: given.stepLabels ?? 50,
    candidate: side(given.candidate),
    champion: side(given.champion),
    predictionShift: given.shift,
  }
  return {
    steps: [
      { weight: 10, minPredictions: 100, minLabels: given.minLabels ?? 50, holdMs: 0, approval: given.approval },
      { weight: 50, minPredictions: 100, minLabels: given.minLabels ?? 50, holdMs: 5000 },
    ],
    step: given.step ?? 0,
    analysis,
    stepStartedAt: 0,
    approvedStep: given.approvedStep,
    now: given.waitedMs ?? 1000,
    evidence: { ...numbers, checks: judge(analysis, numbers) },
  }
}

describe('a rollout', () => {
  it('is rolled back before any label when it predicts something else than the champion', () => {
    const given = { analysis: { maxPredictionShift: 0.1 }, stepLabels: 0, champion: { labelCount: 0 } }
    expect(decide(situation({ ...given, shift: { distance: 0.4, chance: 0.2 } }))).toEqual({
      act: 'rollBack',
      reason: 'the predictions of both lie 0.4 apart, 0.2 may be chance',
    })
    expect(decide(situation({ ...given, shift: { distance: 0.15, chance: 0.2 } })).act).toBe('wait')
    expect(decide(situation({ ...given, stepLabels: 50, champion: {} }))).toEqual({
      act: 'wait',
      waitingFor: '50 comparable predictions of both variants',
    })
  })

  it('leaves a step that asks for approval when a person has said so and everything passes', () => {
    expect(decide(situation({ approval: true }))).toEqual({ act: 'wait', waitingFor: "a person's approval of step 1" })
    expect(decide(situation({ approval: true, approvedStep: 0 })).act).toBe('advance')
    expect(decide(situation({ approval: true, candidate: { accuracy: 0.5 } })).act).toBe('rollBack')
    expect(decide(situation({ approval: true, approvedStep: 0, stepPredictions: 3 })).act).toBe('wait')
  })

  it('advances when the step has its data and the candidate is as good', () => {
    expect(decide(situation({ candidate: { accuracy: 0.79 } }))).toMatchObject({ act: 'advance' })
  })

  it('rolls back when the candidate drops more than allowed, with the numbers in the reason', () => {
    const verdict = decide(situation({ candidate: { accuracy: 0.7 } }))
    expect(verdict).toMatchObject({ act: 'rollBack', reason: expect.stringMatching(/accuracy 0\.7 .* against 0\.8/) })
  })

  it('names the allowed drop when a slightly worse candidate goes on', () => {
    expect(decide(situation({ candidate: { accuracy: 0.79 } }))).toMatchObject({
      reason: expect.stringMatching(/accuracy 0\.79 .* 0\.01 worse, a drop of at most 0\.02 is allowed/),
    })
  })

  it('does not judge quality on one label where a step names no number', () => {
    const oneLabel = { stepLabels: 1, candidate: { accuracy: 0, labelCount: 1 }, minLabels: 0 }
    expect(decide(situation(oneLabel))).toMatchObject({ act: 'advance' })
    expect(decide(situation({ ...oneLabel, step: 1, waitedMs: 6000 }))).toMatchObject({
      act: 'wait',
      waitingFor: "29 labels of the candidate's predictions",
    })
    expect(decide(situation({ stepLabels: 30, candidate: { accuracy: 0 }, minLabels: 0 })).act).toBe('rollBack')
  })

  it('does not measure against one label of the champion', () => {
    const lucky = { champion: { accuracy: 1, labelCount: 1 } }
    expect(decide(situation(lucky))).toMatchObject({
      act: 'wait',
      waitingFor: expect.stringContaining('29 labels of the champion'),
    })
  })

  it('counts a higher log loss as worse', () => {
    const analysis = { metric: 'logLoss', maxDrop: 0.05 }
    expect(decide(situation({ analysis, candidate: { logLoss: 0.6 } })).act).toBe('rollBack')
    expect(decide(situation({ analysis, candidate: { logLoss: 0.3 } })).act).toBe('advance')
  })

  it('waits for predictions and labels, and does not judge quality on too few', () => {
    expect(decide(situation({ stepPredictions: 90 }))).toMatchObject({
      act: 'wait',
      waitingFor: expect.stringContaining('10 predictions'),
    })
    expect(decide(situation({ stepLabels: 40, candidate: { accuracy: 0.1 } }))).toMatchObject({ act: 'wait' })
  })

  it('rolls back when the data does not come in time', () => {
    expect(decide(situation({ stepLabels: 0, waitedMs: 60_001 }))).toMatchObject({
      act: 'rollBack',
      reason: expect.stringContaining('still lacked 50 labels'),
    })
  })

  it('never promotes on a metric that could not be computed', () => {
    const blind = { step: 1, champion: { accuracy: undefined }, waitedMs: 30_000 }
    expect(decide(situation(blind))).toMatchObject({ act: 'wait' })
    expect(decide(situation({ ...blind, waitedMs: 60_001 }))).toMatchObject({ act: 'rollBack' })
  })

  it('rolls back on errors before any label has come', () => {
    const verdict = decide(situation({ stepLabels: 0, candidate: { requestCount: 40, errorCount: 4 } }))
    expect(verdict).toMatchObject({ act: 'rollBack', reason: '4 of 40 requests of the candidate failed' })
  })

  it('compares latency when asked to', () => {
    const analysis = { maxLatencyRatio: 1.5 }
    expect(decide(situation({ analysis, candidate: { p99Us: 1600 } })).act).toBe('rollBack')
    expect(decide(situation({ analysis, candidate: { p99Us: 1400 } })).act).toBe('advance')
  })

  it('holds the last step as long as it says and then promotes', () => {
    expect(decide(situation({ step: 1, waitedMs: 4000 }))).toMatchObject({ act: 'wait' })
    expect(decide(situation({ step: 1, waitedMs: 5000 }))).toMatchObject({ act: 'promote' })
  })
})
