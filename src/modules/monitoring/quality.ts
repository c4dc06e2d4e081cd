import { isLowerBetter, type MonitorDefinition, type QualityResult, type WindowState } from './model.ts'
import { type AnsweredRow, positiveClass, toOutcome } from './outcome.ts'
import { classificationMetrics, type Outcome } from './statistics/classification.ts'

// 0.8 − 0.7 is a little more than 0.1 in binary: what is on the bound is within it.
const rounding = 1e-12

export interface QualityWindow {
  readonly definition: MonitorDefinition
  /** Rows of the window, labeled or not. */
  readonly rowCount: number
  readonly labeled: readonly AnsweredRow[]
  /** The metric when the model was made, if known. */
  readonly baseline: number | undefined
}

/** The metric of a window's labels against its baseline. Too few labels, or a metric they cannot give, is insufficient. */
export function judgeQuality(window: QualityWindow): { state: WindowState; quality: QualityResult } {
  const { definition, baseline } = window
  const { metric, tolerance } = definition
  const outcomes = window.labeled
    .map((row) => toOutcome(row, definition.output))
    .filter((outcome): outcome is Outcome => outcome !== undefined)
  const all = classificationMetrics(outcomes, positiveClass(outcomes, definition.positive))
  const value = outcomes.length < definition.minLabels ? undefined : all[metric]
  const bound = baseline === undefined ? undefined : isLowerBetter(metric) ? baseline + tolerance : baseline - tolerance
  const drop = value === undefined || baseline === undefined ? 0 : (baseline - value) * (isLowerBetter(metric) ? -1 : 1)
  const isWorse = drop > tolerance + rounding
  const quality: QualityResult = {
    metric,
    ...(value === undefined ? {} : { value }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(bound === undefined ? {} : { bound }),
    labeledRows: window.labeled.length,
    coverage: window.rowCount === 0 ? 0 : Math.min(1, window.labeled.length / window.rowCount),
    all,
    why: '',
  }
  const state = value === undefined ? 'insufficient' : isWorse ? 'unhealthy' : 'healthy'
  return { state, quality: { ...quality, why: explain(quality, state, definition.minLabels) } }
}

function explain(quality: QualityResult, state: WindowState, minLabels: number): string {
  const { metric, value, baseline, bound, labeledRows } = quality
  const known = `${labeledRows} labels, ${Math.round(quality.coverage * 100)} % of the window`
  if (value === undefined) {
    return labeledRows < minLabels
      ? `${known}: ${minLabels} are needed to say anything`
      : `${known}, but they do not give ${metric}`
  }
  if (baseline === undefined || bound === undefined)
    return `${metric} ${show(value)} (${known}); no baseline to compare with yet`
  const verdict = state === 'unhealthy' ? 'beyond' : 'within'
  return `${metric} ${show(value)}, ${verdict} the bound ${show(bound)}; it was ${show(baseline)} when the model was made (${known})`
}

function show(value: number): string {
  return String(Number(value.toPrecision(3)))
}
