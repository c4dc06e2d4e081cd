import type { FeatureDrift, Persistence } from './model.ts'

/** A window as the rule sees it; only windows with enough data are given. */
export interface RuledWindow {
  readonly id: string
  readonly state: string
  readonly driftedFeatures: readonly string[]
  readonly features: readonly FeatureDrift[]
  readonly summary: string
}

export type AlertAct =
  | { readonly act: 'raise'; readonly features: string[]; readonly windowIds: string[]; readonly summary: string }
  | { readonly act: 'clear'; readonly reason: string }
  | { readonly act: 'none' }

export interface AlertSituation {
  /** Newest first, at most `persistence.last`. */
  readonly windows: readonly RuledWindow[]
  readonly persistence: Persistence
  readonly kind: 'drift' | 'quality'
  readonly isOpen: boolean
}

/**
 * Drift raises when the same feature is shifted in `of` of the last windows: features that take turns are noise. Quality
 * raises when that many windows are unhealthy. An open alert clears after `of` healthy windows in a row.
 */
export function decideAlert(situation: AlertSituation): AlertAct {
  const { windows, persistence, isOpen } = situation
  if (isOpen) {
    const newest = windows.slice(0, persistence.of)
    const isHealthy = newest.length === persistence.of && newest.every((window) => window.state === 'healthy')
    return isHealthy
      ? { act: 'clear', reason: `healthy again: ${show(persistence.of, 'window')} in a row` }
      : { act: 'none' }
  }
  return situation.kind === 'drift' ? driftAlert(situation) : qualityAlert(situation)
}

function driftAlert({ windows, persistence }: AlertSituation): AlertAct {
  const counts = new Map<string, number>()
  for (const feature of windows.flatMap((window) => window.driftedFeatures)) {
    counts.set(feature, (counts.get(feature) ?? 0) + 1)
  }
  const persistent = [...counts].filter(([, count]) => count >= persistence.of)
  if (persistent.length === 0) return { act: 'none' }
  const features = persistent.map(([feature]) => feature).sort((a, b) => severity(windows, b) - severity(windows, a))
  const guilty = windows.filter((window) => window.driftedFeatures.some((feature) => features.includes(feature)))
  const worst = features[0] ?? ''
  const sentences = features.slice(0, 3).map((feature) => `${feature} ${latest(windows, feature)?.why ?? 'shifted'}`)
  const more = features.length > 3 ? `; ${features.length - 3} more` : ''
  const summary = `${sentences.join('; ')}${more}; ${counts.get(worst) ?? 0} of the last ${show(windows.length, 'window')}`
  return { act: 'raise', features, windowIds: guilty.map((window) => window.id), summary }
}

function qualityAlert({ windows, persistence }: AlertSituation): AlertAct {
  const guilty = windows.filter((window) => window.state === 'unhealthy')
  if (guilty.length < persistence.of) return { act: 'none' }
  const summary = `${guilty[0]?.summary}; ${guilty.length} of the last ${show(windows.length, 'window')}`
  return { act: 'raise', features: [], windowIds: guilty.map((window) => window.id), summary }
}

/** The feature as the newest window that found it shifted saw it. */
function latest(windows: readonly RuledWindow[], feature: string): FeatureDrift | undefined {
  const window = windows.find((one) => one.driftedFeatures.includes(feature))
  return window?.features.find((one) => one.feature === feature)
}

function severity(windows: readonly RuledWindow[], feature: string): number {
  const effect = latest(windows, feature)?.effect
  return effect === undefined ? 0 : effect.value / effect.threshold
}

function show(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
