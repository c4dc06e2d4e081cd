import { z } from 'zod'
import { Nothing, operation } from '../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../kernel/paging.ts'
import { Report, ReportBlock, ReportName } from './model.ts'
import type { Reports } from './service.ts'

const report = z.string().min(1).max(256).describe('Id of the report.')
const blocks = z.array(ReportBlock).max(200)

const create = operation({
  name: 'reports.create',
  http: 'POST /v1/reports',
  summary: 'Write a report: text, and charts and tables of runs.',
  input: z.object({ name: ReportName, blocks: blocks.optional() }),
  output: Report,
  allow: 'reports:write',
  subject: 'reports',
  status: 201,
  cli: { args: ['name'], examples: ['slipway reports create "Depth of the trees"'] },
  run: (reports: Reports, input, call) => reports.createReport({ ...input, createdBy: call.principal.id }),
})

const list = operation({
  name: 'reports.list',
  http: 'GET /v1/reports',
  summary: 'List reports, newest first.',
  input: z.object({ ...pageQuery }),
  output: pageOf(Report.omit({ blocks: true })),
  allow: 'reports:read',
  subject: 'reports',
  run: (reports: Reports, input) => reports.listReports(input),
})

const get = operation({
  name: 'reports.get',
  http: 'GET /v1/reports/{report}',
  summary: 'Show a report.',
  input: z.object({ report }),
  output: Report,
  errors: ['report_not_found'],
  allow: 'reports:read',
  subject: 'report:{report}',
  run: (reports: Reports, input) => reports.getReport(input.report),
})

const update = operation({
  name: 'reports.update',
  http: 'PATCH /v1/reports/{report}',
  summary: 'Change a report.',
  input: z.object({
    report,
    name: ReportName.optional(),
    blocks: blocks.optional(),
    revision: z.number().int().describe('The one that the change was made from.'),
  }),
  output: Report,
  errors: ['report_not_found', 'report_changed'],
  allow: 'reports:write',
  subject: 'report:{report}',
  run: (reports: Reports, { report: id, ...change }, call) =>
    reports.updateReport(id, { ...change, updatedBy: call.principal.id }),
})

const remove = operation({
  name: 'reports.delete',
  http: 'DELETE /v1/reports/{report}',
  summary: 'Delete a report.',
  input: z.object({ report }),
  output: Nothing,
  errors: ['report_not_found'],
  allow: 'reports:write',
  subject: 'report:{report}',
  run: async (reports: Reports, input) => {
    await reports.deleteReport(input.report)
    return {}
  },
})

export const operations = [create, list, get, update, remove]
