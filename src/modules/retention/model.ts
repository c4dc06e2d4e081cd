import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import { defineEvent } from '../../kernel/event.ts'

/** A rule keeps a run that meets any of its conditions, and lets go what meets none. */
export const RetentionRule = z.object({
  /** Id of an experiment, `team/vision/*` for a folder of experiments, or `*` for all. */
  scope: z.string(),
  /** Name of the experiment, when the rule is about one. */
  experiment: z.string().optional(),
  /** So many of the newest runs, nested ones not counted. */
  keepNewest: z.number().int().min(0).optional(),
  /** Runs that began so many days ago or later. */
  keepDays: z.number().min(0).optional(),
  /** Runs with one of these tags: `golden`, or `stage=final`. */
  keepTags: z.array(z.string()),
  updatedBy: z.string(),
  updatedAt: z.number(),
})
export type RetentionRule = z.infer<typeof RetentionRule>

export const ExpiredRun = z.object({
  id: z.string(),
  name: z.string(),
  startedAt: z.number(),
  fileCount: z.number().int(),
  /** Sum of the sizes of its files; other runs may name the same bytes. */
  bytes: z.number(),
})
export type ExpiredRun = z.infer<typeof ExpiredRun>

export const RetentionReport = z.object({
  isDryRun: z.boolean(),
  runCount: z.number().int(),
  fileCount: z.number().int(),
  bytes: z.number(),
  experiments: z.array(
    z.object({
      experiment: z.string(),
      /** Scope of the rule that stands for it. */
      scope: z.string(),
      /** The oldest first, at most 1,000; `runCount` has all. */
      runs: z.array(ExpiredRun),
      runCount: z.number().int(),
      /** How many runs stay, by the reason. */
      kept: z.array(z.object({ reason: z.string(), count: z.number().int() })),
    }),
  ),
})
export type RetentionReport = z.infer<typeof RetentionReport>

export const Erasure = z.object({
  runId: z.string(),
  name: z.string(),
  experiment: z.string(),
  startedAt: z.number(),
  fileCount: z.number().int(),
  bytes: z.number(),
  /** The rule as it was. */
  rule: RetentionRule.pick({ scope: true, keepNewest: true, keepDays: true, keepTags: true }),
  erasedBy: z.string(),
  erasedAt: z.number(),
})
export type Erasure = z.infer<typeof Erasure>

export const runErased = defineEvent(
  'retention.run.erased',
  'A run was removed for good because no rule keeps it.',
  z.object({ runId: z.string(), experimentId: z.string(), scope: z.string() }),
  { sentence: 'A run was erased: no rule keeps it' },
)

export const retentionErrors = defineErrors({
  retention_rule_not_found: ['not_found', 'There is no retention rule for {scope}.', 'slipway retention rules list'],
  retention_rule_empty: [
    'invalid',
    'A rule for {scope} that keeps nothing would erase every run.',
    'Give --keep-newest or --keep-days; both together keep what either keeps.',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof retentionErrors> {}
}

/** `*`, or a folder with `/*` behind it. */
export function isPattern(scope: string): boolean {
  return scope === '*' || scope.endsWith('/*')
}

/** The most particular rule that stands for an experiment: its own, its nearest folder's, or everybody's. */
export function ruleFor<Rule extends { readonly scope: string }>(
  rules: readonly Rule[],
  experiment: { readonly id: string; readonly name: string },
): Rule | undefined {
  const matching = rules.filter(
    ({ scope }) =>
      scope === experiment.id || scope === '*' || (isPattern(scope) && experiment.name.startsWith(scope.slice(0, -1))),
  )
  const rank = ({ scope }: Rule) => (scope === experiment.id ? Number.POSITIVE_INFINITY : scope.length)
  return matching.sort((a, b) => rank(b) - rank(a))[0]
}
