import type { Check, Rule } from './model.ts'

/** What a candidate is held against. */
export interface Evidence {
  readonly metrics: Readonly<Record<string, number>>
  /** False before a model's first champion: comparisons then have nothing to compare with. */
  readonly hasChampion: boolean
}

// 0.805 − 0.005 is a little less than 0.8 in binary: what is on the bound passes.
const rounding = 1e-12

/** Every rule with value, bound and the reason. A missing or non-finite metric fails: silence is not consent. */
export function checkRules(rules: readonly Rule[], evidence: Evidence): Check[] {
  return rules.map((rule) => {
    if ('notWorseThan' in rule) return comparison(rule, evidence)
    const isLeast = 'atLeast' in rule
    const bound = isLeast ? rule.atLeast : rule.atMost
    const value = find(evidence, rule.metric)
    if (value === undefined) return missing(rule, rule.metric, { bound })
    const passed = isLeast ? value >= bound - rounding : value <= bound + rounding
    const limit = isLeast ? 'at least' : 'at most'
    const why = `${rule.metric} is ${show(value)}, ${passed ? '' : 'but '}${limit} ${show(bound)} is required`
    return { rule, value, bound, passed, why }
  })
}

type Comparison = Extract<Rule, { readonly notWorseThan: string }>

function comparison(rule: Comparison, evidence: Evidence): Check {
  const value = find(evidence, rule.metric)
  if (value === undefined) return missing(rule, rule.metric, {})
  const other = find(evidence, rule.notWorseThan)
  if (other === undefined && !evidence.hasChampion) {
    const why = `${rule.metric} is ${show(value)}; there is no champion yet to compare it with`
    return { rule, value, passed: true, skipped: true, why }
  }
  if (other === undefined) return missing(rule, rule.notWorseThan, { value })
  const bound = rule.better === 'higher' ? other - rule.by : other + rule.by
  const passed = rule.better === 'higher' ? value >= bound - rounding : value <= bound + rounding
  const slack = rule.by === 0 ? '' : `, by more than ${show(rule.by)}`
  const why = `${rule.metric} ${show(value)} is ${passed ? 'not ' : ''}worse than ${rule.notWorseThan} ${show(other)}${slack}`
  return { rule, value, bound, passed, why }
}

function find(evidence: Evidence, metric: string): number | undefined {
  const value = Object.hasOwn(evidence.metrics, metric) ? evidence.metrics[metric] : undefined
  return value !== undefined && Number.isFinite(value) ? value : undefined
}

function missing(rule: Rule, metric: string, known: { value?: number; bound?: number }): Check {
  return { rule, ...known, passed: false, why: `metric ${metric} is missing or not a number, so the rule fails` }
}

/** The verdict in one sentence: the reasons of a refusal, or what carried a pass. */
export function summarize(
  subject: { readonly label: string; readonly gate: string },
  checks: readonly Check[],
): string {
  const failed = checks.filter((check) => !check.passed)
  const reasons = (failed.length > 0 ? failed : checks).map((check) => check.why).join('; ')
  return `${subject.label} ${failed.length > 0 ? 'was refused by' : 'passed'} gate ${subject.gate}: ${reasons}.`
}

/** A number as people read it: at most five significant digits. */
function show(value: number): string {
  return String(Number(value.toPrecision(5)))
}
