import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'

/** Which runs a block shows: the best or the newest so many of those that match. */
const runs = {
  experiment: z.string().max(500).optional().describe('Id or name; default every experiment.'),
  filter: z.string().max(10_000).optional().describe('As in `runs search`.'),
  orderBy: z.string().max(300).optional().describe('For example `metrics.auc DESC`; default the newest first.'),
  limit: z.number().int().min(1).max(100).default(10),
}

const field = z.string().max(300)

export const ReportBlock = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string().max(100_000).describe('Markdown.') }),
  z.object({
    kind: z.literal('table'),
    ...runs,
    columns: z.array(field).max(50).describe('`metrics.auc`, `params.depth`, `tags.team`.'),
  }),
  z.object({ kind: z.literal('curves'), ...runs, metric: field.describe('A metric, drawn over its steps.') }),
  z.object({ kind: z.literal('bars'), ...runs, metric: field }),
  z.object({
    kind: z.literal('scatter'),
    ...runs,
    x: field.describe('`params.depth` or `metrics.loss`.'),
    y: field,
  }),
  z.object({ kind: z.literal('parallel'), ...runs, axes: z.array(field).max(30) }),
])
export type ReportBlock = z.infer<typeof ReportBlock>

export const Report = z.object({
  id: z.string(),
  name: z.string(),
  blocks: z.array(ReportBlock),
  /** Counts the changes from 1. */
  revision: z.number().int(),
  createdBy: z.string(),
  updatedBy: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Report = z.infer<typeof Report>

export const ReportName = z.string().trim().min(1).max(200)

export const reportErrors = defineErrors({
  report_not_found: ['not_found', 'There is no report {report}.', 'slipway reports list'],
  report_changed: [
    'conflict',
    'Report {report} is at revision {revision} by now; the change was made from {from}.',
    'Read it again and make the change there.',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof reportErrors> {}
}
