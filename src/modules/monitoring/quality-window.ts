import type { MonitoringContext } from './context.ts'
import type { MonitorDefinition } from './model.ts'
import type { MonitorRecord } from './monitor-store.ts'
import type { AnsweredRow } from './outcome.ts'
import { judgeQuality } from './quality.ts'
import { type WindowRange, walkNextWindow } from './window-range.ts'
import { firstSufficient } from './window-store.ts'

export type QualityJudgement = ReturnType<typeof judgeQuality>

/** The next complete window of a quality monitor, judged on the labels there are by now. */
export async function judgeNextQuality(
  ctx: MonitoringContext,
  monitor: MonitorRecord,
): Promise<{ range: WindowRange; judgement: QualityJudgement } | undefined> {
  const labeled: AnsweredRow[] = []
  const range = await walkNextWindow(ctx, monitor, ({ outputs, label }) => {
    if (label !== undefined) labeled.push({ outputs, label })
  })
  if (range === undefined) return undefined
  return { range, judgement: await judgeLabels(ctx, monitor, { rowCount: range.rowCount, labeled }) }
}

export async function judgeLabels(
  ctx: MonitoringContext,
  monitor: MonitorRecord,
  window: { readonly rowCount: number; readonly labeled: readonly AnsweredRow[] },
): Promise<QualityJudgement> {
  const baseline = await qualityBaseline(ctx, monitor)
  return judgeQuality({ definition: monitor.definition, ...window, baseline })
}

/**
 * What the metric was when the model was made: the monitor's own number, else the metrics the gate decided on, else those
 * of the run that made the version, else the first window that had enough labels.
 */
async function qualityBaseline(ctx: MonitoringContext, monitor: MonitorRecord): Promise<number | undefined> {
  const { definition, modelVersionId } = monitor
  if (definition.baselineValue !== undefined) return definition.baselineValue
  if (modelVersionId === undefined) return undefined
  const verdicts = await ctx.validation.listVerdicts({ limit: 1, modelVersionId })
  const gated = find(verdicts.items[0]?.metrics ?? {}, definition)
  if (gated !== undefined) return gated
  const version = await ctx.registry.findVersion(modelVersionId)
  const logged = version?.runId === undefined ? [] : await ctx.tracking.latestMetrics(version.runId)
  const trained = find(Object.fromEntries(logged.map((metric) => [metric.key, Number(metric.value)])), definition)
  if (trained !== undefined) return trained
  const first = await firstSufficient(ctx.db.read, { monitorId: monitor.id, modelVersionId })
  return first?.quality?.value
}

/** `logLoss`, `log_loss` and `logloss` are one metric. */
function find(metrics: Readonly<Record<string, number>>, definition: MonitorDefinition): number | undefined {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const wanted = plain(definition.baselineMetric ?? definition.metric)
  const value = Object.entries(metrics).find(([name]) => plain(name) === wanted)?.[1]
  return value !== undefined && Number.isFinite(value) ? value : undefined
}
