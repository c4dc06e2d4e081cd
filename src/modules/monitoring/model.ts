import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import { defineEvent } from '../../kernel/event.ts'

/** A monitor's name: what people type. */
export const MonitorName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,127}$/, 'letters, digits, . _ - and space')

/** How far apart two distributions are; each has its own scale and its own default limit. */
export const effectMethods = ['psi', 'jensenShannon', 'hellinger', 'wasserstein', 'ks'] as const
export const EffectMethod = z.enum(effectMethods)
export type EffectMethod = z.infer<typeof EffectMethod>

/** Metrics that can be computed from joined labels. `logLoss` and `brier` are better when lower. */
export const qualityMetrics = ['accuracy', 'precision', 'recall', 'f1', 'logLoss', 'brier', 'auc'] as const
export const QualityMetric = z.enum(qualityMetrics)
export type QualityMetric = z.infer<typeof QualityMetric>

export function isLowerBetter(metric: QualityMetric): boolean {
  return metric === 'logLoss' || metric === 'brier'
}

/** A window is so many predictions, or so much event time. */
export const WindowShape = z.union([
  z.strictObject({ rows: z.number().int().min(1).max(5_000_000) }),
  z.strictObject({ ms: z.number().int().min(1_000) }),
])
export type WindowShape = z.infer<typeof WindowShape>

/** An alert needs `of` unhealthy windows among the `last`; it clears after `of` healthy ones in a row. */
export const Persistence = z
  .strictObject({ of: z.number().int().min(1).max(100), last: z.number().int().min(1).max(100) })
  .refine((value) => value.of <= value.last, 'of must not be larger than last')
export type Persistence = z.infer<typeof Persistence>

export const MonitorDefinition = z.object({
  name: MonitorName,
  deployment: z.string().min(1).describe('Name of the deployment whose predictions are watched.'),
  kind: z.enum(['drift', 'quality']),
  window: WindowShape,
  persistence: Persistence.default({ of: 2, last: 3 }),
  reference: z
    .string()
    .default('training')
    .describe(
      '`training`: the dataset version the champion was trained on; `predictions`: the first predictions after its ' +
        'promotion; else a dataset version such as flights@3.',
    ),
  referenceRows: z.number().int().min(30).max(20_000).default(1000).describe('Rows of the reference `predictions`.'),
  features: z.array(z.string()).max(5000).optional().describe('Drift: inputs to watch; default all the reference has.'),
  method: EffectMethod.default('psi').describe('Drift: the effect size that is compared with the threshold.'),
  threshold: z.number().positive().optional().describe('Drift: smallest effect that matters; default per method.'),
  alpha: z.number().min(1e-9).max(0.5).default(0.05).describe('Drift: false discovery rate of one window.'),
  minRows: z.number().int().min(5).default(30).describe('Fewer rows in a window are insufficient, not healthy.'),
  metric: QualityMetric.default('accuracy').describe('Quality: the metric of the joined labels.'),
  baselineMetric: z
    .string()
    .optional()
    .describe('Quality: tracking metric of the training run to compare with; default the metric itself.'),
  baselineValue: z.number().optional().describe('Quality: compare with this number instead of a tracking metric.'),
  tolerance: z.number().min(0).default(0.05).describe('Quality: how much worse than the baseline is still healthy.'),
  minLabels: z.number().int().min(1).default(30).describe('Quality: fewer labels in a window are insufficient.'),
  output: z.string().optional().describe('Quality: the model output to read, when it has several.'),
  positive: z.union([z.string(), z.number(), z.boolean()]).optional().describe('Quality: the label that counts as 1.'),
})
export type MonitorDefinition = z.infer<typeof MonitorDefinition>

export const Monitor = MonitorDefinition.extend({
  id: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  modelVersionId: z.string().optional().describe('The version that the current reference belongs to.'),
  baselineId: z.string().optional(),
  problem: z.string().optional().describe('Why nothing can be evaluated at the moment, if so.'),
  health: z.enum(['unknown', 'healthy', 'alerting']),
})
export type Monitor = z.infer<typeof Monitor>

export const MethodResult = z.object({ method: EffectMethod, value: z.number(), threshold: z.number() })

/** Shares of reference and current in the same cells: `edges` for numbers (length cells + 1), `categories` otherwise. */
export const Distribution = z.object({
  edges: z.array(z.number().nullable()).optional().describe('Null at the ends stands for minus and plus infinity.'),
  categories: z.array(z.string()).optional(),
  reference: z.array(z.number()),
  current: z.array(z.number()),
})
export type Distribution = z.infer<typeof Distribution>

export const MissingDrift = z.object({
  reference: z.number(),
  current: z.number(),
  pValue: z.number(),
  adjustedPValue: z.number(),
  drifted: z.boolean(),
})

export const FeatureDrift = z.object({
  feature: z.string(),
  type: z.enum(['numeric', 'categorical']),
  /** `constant`: one value on both sides; `insufficient`: too few values to say anything; `absent`: not in the window. */
  status: z.enum(['ok', 'constant', 'insufficient', 'absent']),
  drifted: z.boolean(),
  test: z.enum(['ks', 'chiSquare']),
  statistic: z.number(),
  pValue: z.number(),
  adjustedPValue: z.number(),
  effect: MethodResult,
  distances: z.partialRecord(EffectMethod, z.number()),
  missing: MissingDrift,
  referenceCount: z.number().int(),
  currentCount: z.number().int(),
  distribution: Distribution,
  why: z.string(),
})
export type FeatureDrift = z.infer<typeof FeatureDrift>

export const QualityResult = z.object({
  metric: QualityMetric,
  value: z.number().optional().describe('Absent when there are too few labels, or only one class for auc.'),
  baseline: z.number().optional(),
  bound: z.number().optional().describe('Baseline with the tolerance: beyond it the window is unhealthy.'),
  labeledRows: z.number().int(),
  coverage: z.number().describe('Share of the window’s predictions that have a label.'),
  all: z.partialRecord(QualityMetric, z.number()).describe('Every metric these labels allow.'),
  why: z.string(),
})
export type QualityResult = z.infer<typeof QualityResult>

export const WindowState = z.enum(['healthy', 'unhealthy', 'insufficient'])
export type WindowState = z.infer<typeof WindowState>

/** One evaluated window. Written once per monitor and start; late labels recompute it and count up `revision`. */
export const WindowEvaluation = z.object({
  id: z.string(),
  monitor: z.string(),
  monitorId: z.string(),
  deployment: z.string(),
  modelVersionId: z.string(),
  baselineId: z.string().optional(),
  from: z.number().describe('First event time, epoch ms, inclusive.'),
  to: z.number().describe('Epoch ms, exclusive.'),
  rows: z.number().int(),
  state: WindowState,
  summary: z.string(),
  driftedFeatures: z.array(z.string()),
  features: z.array(FeatureDrift).describe('Drift monitors: one per watched input, most shifted first.'),
  quality: QualityResult.optional(),
  revision: z.number().int(),
  evaluatedAt: z.number(),
})
export type WindowEvaluation = z.infer<typeof WindowEvaluation>

/** Something that somebody should look at: raised once, open until its cause is gone. */
export const Alert = z.object({
  id: z.string(),
  /** Name of the monitor, or of the watch on a metric, that raised it. */
  monitor: z.string(),
  /** Id of the monitor; of a watch, with the run and the metric. */
  monitorId: z.string(),
  kind: z.enum(['drift', 'quality', 'metric']),
  /** Of a monitor. */
  deployment: z.string().optional(),
  modelVersionId: z.string().optional(),
  /** Of a watch: the run whose metric it is about. */
  runId: z.string().optional(),
  state: z.enum(['open', 'closed']),
  summary: z.string(),
  features: z.array(z.string()),
  windowIds: z.array(z.string()).describe('The unhealthy windows that raised it.'),
  raisedAt: z.number(),
  closedAt: z.number().optional(),
  closedBecause: z.string().optional(),
})
export type Alert = z.infer<typeof Alert>

export const windowEvaluated = defineEvent(
  'monitoring.window.evaluated',
  'A window of predictions was compared with its reference, or again after late labels.',
  z.object({
    windowId: z.string(),
    monitor: z.string(),
    deployment: z.string(),
    modelVersionId: z.string(),
    state: WindowState,
    revision: z.number(),
    baselineDatasetVersionId: z.string().optional(),
  }),
  { sentence: 'Monitor {monitor} found a window {state}', stream: 'monitor' },
)

export const alertRaised = defineEvent(
  'monitoring.alert.raised',
  'A monitor found enough unhealthy windows, or a metric of a run did what it is watched for; no second alert is raised while this one is open.',
  z.object({
    alertId: z.string(),
    monitor: z.string(),
    deployment: z.string().optional(),
    modelVersionId: z.string().optional(),
    runId: z.string().optional(),
    windowIds: z.array(z.string()),
    summary: z.string(),
  }),
  { sentence: 'Alert of {monitor}: {summary}' },
)

export const alertCleared = defineEvent(
  'monitoring.alert.cleared',
  'An alert was closed: its monitor is healthy again or watches another model version now, its metric recovered, or its run ended.',
  z.object({
    alertId: z.string(),
    monitor: z.string(),
    deployment: z.string().optional(),
    runId: z.string().optional(),
    reason: z.string(),
  }),
  { sentence: 'The alert of {monitor} was cleared: {reason}' },
)

export const monitoringErrors = defineErrors({
  monitor_not_found: ['not_found', 'Monitor {monitor} does not exist.', 'slipway monitors list'],
  window_not_found: ['not_found', 'Window {window} does not exist.', 'slipway monitors windows list <monitor>'],
  alert_not_found: ['not_found', 'Alert {alert} does not exist.', 'slipway alerts list'],
  baseline_not_found: ['not_found', 'Baseline {baseline} does not exist.'],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof monitoringErrors> {}
}
