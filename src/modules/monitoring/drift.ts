import { decodeBaseline } from './baseline-codec.ts'
import { type BaselineRecord, findBaseline } from './baseline-store.ts'
import { createCollector } from './collect.ts'
import type { MonitoringContext } from './context.ts'
import { type FeatureDrift, type MonitorDefinition, monitoringErrors, type WindowState } from './model.ts'
import type { MonitorRecord } from './monitor-store.ts'
import type { FeatureBaseline } from './statistics/baseline.ts'
import type { WatchedFeature } from './statistics/window-drift.ts'
import { type WindowRange, walkNextWindow } from './window-range.ts'

/** A window judged, before it is written down. */
export interface Judgement {
  readonly state: WindowState
  readonly summary: string
  readonly driftedFeatures: readonly string[]
  readonly features: readonly FeatureDrift[]
}

export interface Baseline {
  readonly record: BaselineRecord
  readonly features: readonly FeatureBaseline[]
}

/** Reads baselines; the few in use stay in memory, because every window needs them. */
export function createBaselineReader(ctx: MonitoringContext): (id: string) => Promise<Baseline> {
  const kept = new Map<string, Baseline>()
  return async (id) => {
    const known = kept.get(id)
    if (known !== undefined) return known
    const record = await findBaseline(ctx.db.read, { id })
    if (record === undefined) throw monitoringErrors.baseline_not_found({ baseline: id })
    const bytes = await ctx.platform.blobs.bytes(record.digest, 1 << 30)
    const baseline = { record, features: decodeBaseline(record.profile, bytes) }
    if (kept.size >= 4) kept.delete(kept.keys().next().value ?? '')
    kept.set(id, baseline)
    return baseline
  }
}

/** The next complete window of a drift monitor, judged; undefined when there is none yet. */
export async function judgeNextDrift(
  ctx: MonitoringContext,
  monitor: MonitorRecord,
  baseline: Baseline,
): Promise<{ range: WindowRange; judgement: Judgement } | undefined> {
  const { definition } = monitor
  const collector = createCollector(candidates(definition, baseline.features))
  const range = await walkNextWindow(ctx, monitor, (row) => collector.add(row.inputs))
  if (range === undefined) return undefined
  const { seen, inputNames } = collector.finish()
  const watched = baseline.features.flatMap((feature): WatchedFeature[] => {
    const current = seen.get(feature.feature)
    return current === undefined ? [] : [{ baseline: feature, current }]
  })
  if (range.rowCount < definition.minRows) return { range, judgement: tooFew(range.rowCount, definition.minRows) }
  if (watched.length === 0) return { range, judgement: nothingShared(inputNames, baseline) }
  const features = await ctx.statistics.run({ kind: 'drift', features: watched, options: definition })
  return { range, judgement: judge(features, range.rowCount) }
}

/** What may be watched: what the monitor names, else every column of the reference that is not an identifier. */
function candidates(definition: MonitorDefinition, features: readonly FeatureBaseline[]): FeatureBaseline[] {
  const named = definition.features
  return features.filter((feature) =>
    named === undefined ? !(feature.type === 'categorical' && feature.isIdentifier) : named.includes(feature.feature),
  )
}

function judge(features: readonly FeatureDrift[], rowCount: number): Judgement {
  const drifted = features.filter((feature) => feature.drifted)
  const isInsufficient = features.every((feature) => feature.status === 'insufficient' && !feature.drifted)
  const state = isInsufficient ? 'insufficient' : drifted.length > 0 ? 'unhealthy' : 'healthy'
  const rows = `${rowCount} rows`
  const shown = drifted.slice(0, 3).map((feature) => `${feature.feature} ${feature.why}`)
  const summary = isInsufficient
    ? `too few values in every feature (${rows})`
    : drifted.length === 0
      ? `no shift in ${features.length} feature${features.length === 1 ? '' : 's'} (${rows})`
      : `${drifted.length} of ${features.length} features shifted (${rows}): ${shown.join('; ')}`
  return { state, summary, driftedFeatures: drifted.map((feature) => feature.feature), features }
}

function tooFew(rows: number, minRows: number): Judgement {
  return insufficient(`only ${rows} rows, ${minRows} are needed to say anything`)
}

function nothingShared(inputNames: readonly string[], baseline: Baseline): Judgement {
  const columns = baseline.features.map((feature) => feature.feature)
  const list = (names: readonly string[]) => `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`
  return insufficient(
    `none of the inputs (${list(inputNames)}) is a watched column of the reference ${baseline.record.source.label} (${list(columns)})`,
  )
}

function insufficient(summary: string): Judgement {
  return { state: 'insufficient', summary, driftedFeatures: [], features: [] }
}
