import type { RolloutAnalysis, RolloutCheck, RolloutEvidence, RolloutStep } from './model.ts'
import { shiftRows } from './shift.ts'

/**
 * The rules of a rollout, pure. Data that is missing never counts in favor of the candidate: a step without its
 * predictions and labels waits, and after the longest wait it is rolled back.
 */
export type Verdict =
  | { readonly act: 'wait'; readonly waitingFor: string }
  | { readonly act: 'advance' | 'promote' | 'rollBack'; readonly reason: string }

export interface Situation {
  readonly steps: readonly RolloutStep[]
  readonly step: number
  readonly analysis: RolloutAnalysis
  readonly stepStartedAt: number
  readonly approvedStep?: number | undefined
  readonly evidence: RolloutEvidence
  readonly now: number
}

/** Requests below which an error rate means nothing yet. */
const minRequests = 20
/** Labels that a step which names no number needs before quality is judged, and the champion's before it is a yardstick. */
const judgeableLabels = 30

export function decide(situation: Situation): Verdict {
  const { steps, step, analysis, evidence, now } = situation
  const current = steps[step]
  if (current === undefined) throw new Error(`a rollout of ${steps.length} steps has no step ${step}`)
  const failed = evidence.checks.find((check) => !check.passed && check.value !== undefined && isFirm(check, situation))
  if (failed !== undefined) return { act: 'rollBack', reason: failed.why }
  const isLast = step === steps.length - 1
  const missing = whatIsMissing(situation, current, isLast)
  if (missing !== undefined) {
    const waited = now - situation.stepStartedAt
    return waited > analysis.maxWaitMs
      ? { act: 'rollBack', reason: `step ${step + 1} still lacked ${missing} after ${Math.round(waited / 1000)} s` }
      : { act: 'wait', waitingFor: missing }
  }
  const heldMs = now - situation.stepStartedAt
  if (heldMs < current.holdMs)
    return { act: 'wait', waitingFor: `${Math.ceil((current.holdMs - heldMs) / 1000)} s more at this step` }
  if (current.approval === true && situation.approvedStep !== step)
    return { act: 'wait', waitingFor: `a person's approval of step ${step + 1}` }
  const passed = evidence.checks.filter((check) => check.value !== undefined).map((check) => check.why)
  const reason = passed.join('; ') || 'the step has its predictions'
  return { act: isLast ? 'promote' : 'advance', reason }
}

/** Errors and latency are judged as soon as there is enough of them, quality once the step has its labels. */
function isFirm(check: RolloutCheck, { steps, step, evidence }: Situation): boolean {
  if (check.name === 'errorRate' || check.name === 'latencyRatio') return evidence.candidate.requestCount >= minRequests
  return check.name === 'predictionShift' || missingLabels(evidence, steps[step]) === undefined
}

/** What quality cannot be judged without: enough labels of both sides. */
function missingLabels(evidence: RolloutEvidence, step: RolloutStep | undefined): string | undefined {
  const needed = step?.minLabels || judgeableLabels
  if (evidence.stepLabels < needed) return `${needed - evidence.stepLabels} labels of the candidate's predictions`
  const lacking = Math.min(needed, judgeableLabels) - evidence.champion.labelCount
  return lacking > 0 ? `${lacking} labels of the champion's predictions in this step` : undefined
}

function whatIsMissing({ analysis, evidence }: Situation, step: RolloutStep, isLast: boolean): string | undefined {
  if (evidence.stepPredictions < step.minPredictions)
    return `${step.minPredictions - evidence.stepPredictions} predictions of the candidate`
  if (evidence.stepLabels < step.minLabels)
    return `${step.minLabels - evidence.stepLabels} labels of the candidate's predictions`
  if (analysis.maxPredictionShift !== undefined && evidence.predictionShift === undefined)
    return `${shiftRows} comparable predictions of both variants`
  // Whatever the steps ask for, nothing is promoted on a metric that could not be computed, or on a handful of labels.
  const needsMetric = analysis.metric !== 'none' && (isLast || step.minLabels > 0)
  if (!needsMetric) return undefined
  const metric = evidence.checks.find((check) => check.name === analysis.metric)
  return (
    missingLabels(evidence, step) ?? (metric?.value === undefined ? `${analysis.metric} of both variants` : undefined)
  )
}

/** Compares candidate and champion; a check without a value could not be made. */
export function judge(analysis: RolloutAnalysis, numbers: Omit<RolloutEvidence, 'checks'>): RolloutCheck[] {
  const { candidate, champion } = numbers
  const checks = [errorCheck(analysis, candidate)]
  if (analysis.maxPredictionShift !== undefined)
    checks.push(shiftCheck(analysis.maxPredictionShift, numbers.predictionShift))
  if (analysis.metric !== 'none') checks.push(metricCheck(analysis, numbers))
  if (analysis.maxLatencyRatio !== undefined) {
    const ratio =
      candidate.p99Us === undefined || champion.p99Us === undefined ? undefined : candidate.p99Us / champion.p99Us
    checks.push({
      name: 'latencyRatio',
      passed: ratio !== undefined && ratio <= analysis.maxLatencyRatio,
      ...(ratio === undefined ? {} : { value: ratio }),
      bound: analysis.maxLatencyRatio,
      why: `p99 latency ${show(candidate.p99Us)} µs against ${show(champion.p99Us)} µs`,
    })
  }
  return checks
}

function errorCheck(analysis: RolloutAnalysis, candidate: RolloutEvidence['candidate']): RolloutCheck {
  const rate = candidate.requestCount === 0 ? undefined : candidate.errorCount / candidate.requestCount
  return {
    name: 'errorRate',
    passed: rate !== undefined && rate <= analysis.maxErrorRate,
    ...(rate === undefined ? {} : { value: rate }),
    bound: analysis.maxErrorRate,
    why: `${candidate.errorCount} of ${candidate.requestCount} requests of the candidate failed`,
  }
}

function shiftCheck(allowed: number, shift: RolloutEvidence['predictionShift']): RolloutCheck {
  const bound = Math.max(allowed, shift?.chance ?? 0)
  const beyond = bound === allowed ? `${show(allowed)} is allowed` : `${show(bound)} may be chance`
  return {
    name: 'predictionShift',
    passed: shift !== undefined && shift.distance <= bound,
    ...(shift === undefined ? {} : { value: shift.distance }),
    bound,
    why: `the predictions of both lie ${show(shift?.distance)} apart, ${beyond}`,
  }
}

function metricCheck(
  analysis: RolloutAnalysis,
  { candidate, champion }: Omit<RolloutEvidence, 'checks'>,
): RolloutCheck {
  const metric = analysis.metric as 'accuracy' | 'logLoss' | 'auc'
  const [ours, theirs] = [candidate[metric], champion[metric]]
  const drop =
    ours === undefined || theirs === undefined ? undefined : metric === 'logLoss' ? ours - theirs : theirs - ours
  return {
    name: metric,
    passed: drop !== undefined && drop <= analysis.maxDrop,
    ...(drop === undefined ? {} : { value: drop }),
    bound: analysis.maxDrop,
    why: `${metric} ${show(ours)} on ${candidate.labelCount} labels against ${show(theirs)} on ${champion.labelCount} of the champion${inWords(drop, analysis.maxDrop)}`,
  }
}

/** `: 0.01 worse, 0.02 is allowed` */
function inWords(drop: number | undefined, maxDrop: number): string {
  if (drop === undefined) return ''
  const change = drop > 0 ? `${show(drop)} worse` : drop < 0 ? `${show(-drop)} better` : 'the same'
  return `: ${change}, a drop of at most ${show(maxDrop)} is allowed`
}

function show(value: number | undefined): string {
  return value === undefined ? 'unknown' : String(Number(value.toPrecision(4)))
}
