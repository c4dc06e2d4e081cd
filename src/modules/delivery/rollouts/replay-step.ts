import type { ReplayReport } from '../../scoring/index.ts'
import type { RolloutAnalysis, RolloutReplay } from './model.ts'

/**
 * The first step of a rollout, pure: whether a candidate may get its first live request, from what it said to recorded
 * ones. Missing data never counts in its favor, but labels that nobody has sent yet are left to the canary.
 */
export interface ReplayVerdict {
  readonly passed: boolean
  readonly reason: string
}

/** Labels from which quality in a replay means something. */
const judgeableLabels = 30

export function judgeReplay(settings: RolloutReplay, analysis: RolloutAnalysis, report: ReplayReport): ReplayVerdict {
  const made = [
    rowCheck(settings, report),
    errorCheck(analysis, report),
    agreementCheck(settings, report),
    qualityCheck(analysis, report),
    latencyCheck(analysis, report),
  ].filter((check) => check !== undefined)
  const failed = made.filter((check) => !check.passed)
  const reason = (failed.length > 0 ? failed : made).map((check) => check.reason).join('; ')
  return { passed: failed.length === 0, reason: `replay of ${report.summary.rowCount} rows: ${reason}` }
}

function rowCheck({ minRows }: RolloutReplay, { summary }: ReplayReport): ReplayVerdict {
  const count = summary.rowCount + summary.failedCount
  return { passed: count >= minRows, reason: `${count} rows, at least ${minRows} are wanted` }
}

function errorCheck({ maxErrorRate }: RolloutAnalysis, { summary }: ReplayReport): ReplayVerdict {
  const { rowCount, failedCount } = summary
  const rate = failedCount / Math.max(1, rowCount + failedCount)
  return { passed: rate <= maxErrorRate, reason: `the candidate failed on ${failedCount} rows` }
}

function agreementCheck({ minAgreement }: RolloutReplay, { summary }: ReplayReport): ReplayVerdict {
  const agreement = summary.agreedCount / Math.max(1, summary.rowCount)
  const wanted = minAgreement === undefined ? '' : `, at least ${show(minAgreement)} is wanted`
  return {
    passed: minAgreement === undefined || agreement >= minAgreement,
    reason: `agreement ${show(agreement)}${wanted}`,
  }
}

function qualityCheck(analysis: RolloutAnalysis, report: ReplayReport): ReplayVerdict | undefined {
  const { metric, maxDrop } = analysis
  if (metric === 'none') return undefined
  if (report.labelCount < judgeableLabels)
    return { passed: true, reason: `${report.labelCount} labels, too few to judge ${metric}` }
  const [ours, theirs] = [report.candidate[metric], report.served[metric]]
  if (ours === undefined || theirs === undefined) return { passed: false, reason: `${metric} could not be computed` }
  const drop = metric === 'logLoss' ? ours - theirs : theirs - ours
  return {
    passed: drop <= maxDrop,
    reason: `${metric} ${show(ours)} against ${show(theirs)} of what was served on ${report.labelCount} labels, a drop of at most ${show(maxDrop)} is allowed`,
  }
}

function latencyCheck(
  { maxLatencyRatio }: RolloutAnalysis,
  { summary, champion }: ReplayReport,
): ReplayVerdict | undefined {
  if (maxLatencyRatio === undefined || summary.p99Us === undefined || champion === undefined) return undefined
  return {
    passed: summary.p99Us / champion.p99Us <= maxLatencyRatio,
    reason: `p99 ${summary.p99Us} µs against ${champion.p99Us} µs for a row`,
  }
}

function show(value: number): string {
  return String(Number(value.toPrecision(4)))
}
