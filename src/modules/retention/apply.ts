import type { Experiment } from '../tracking/index.ts'
import type { RetentionContext } from './context.ts'
import { type Family, familiesOf, type JudgedRun, pinTag, reasonToKeep } from './judge.ts'
import { type ExpiredRun, type RetentionReport, ruleFor, runErased } from './model.ts'
import { neededBy } from './needed.ts'
import type { Application } from './service.ts'
import { insertErasure, listRules, type StoredRule } from './store.ts'

/** More rows than that say nothing to a reader. */
const listedRuns = 1000
const pageSize = 1000

type ExperimentReport = RetentionReport['experiments'][number]

export async function apply(ctx: RetentionContext, application: Application): Promise<RetentionReport> {
  const rules = await listRules(ctx.db.read)
  const report: RetentionReport = {
    isDryRun: application.isDryRun,
    runCount: 0,
    fileCount: 0,
    bytes: 0,
    experiments: [],
  }
  for await (const experiment of experimentsOf(ctx, application.experiment)) {
    const rule = ruleFor(rules, experiment)
    if (rule !== undefined) report.experiments.push(await applyTo(ctx, { experiment, rule, application, report }))
  }
  return report
}

interface Work {
  readonly experiment: Experiment
  readonly rule: StoredRule
  readonly application: Application
  /** The sums are added to it. */
  readonly report: RetentionReport
}

async function applyTo(ctx: RetentionContext, work: Work): Promise<ExperimentReport> {
  const { experiment, rule, application, report } = work
  const families = familiesOf(await runsOf(ctx, experiment.id, rule))
  const now = ctx.platform.clock.now()
  const kept = new Map<string, number>()
  const own: ExperimentReport = { experiment: experiment.name, scope: rule.scope, runs: [], runCount: 0, kept: [] }
  // The oldest first: what is interrupted has erased what was due longest.
  for (const [rank, family] of [...families.entries()].reverse()) {
    application.signal?.throwIfAborted()
    const reason = reasonToKeep(family, rank, { ...rule, now }) ?? (await neededBy(ctx, family))
    if (reason !== undefined) {
      kept.set(reason, (kept.get(reason) ?? 0) + family.runs.length)
      continue
    }
    for (const run of await erase(ctx, family, work)) {
      own.runCount++
      report.runCount++
      report.fileCount += run.fileCount
      report.bytes += run.bytes
      if (own.runs.length < listedRuns) own.runs.push(run)
    }
  }
  return { ...own, kept: [...kept].map(([reason, count]) => ({ reason, count })) }
}

/** On record first: a crash between the two leaves a run that the next day erases, and never one that vanished unseen. */
async function erase(ctx: RetentionContext, { runs }: Family, work: Work): Promise<ExpiredRun[]> {
  const { tracking, platform, db } = ctx
  const { experiment, application } = work
  const { scope, keepNewest, keepDays, keepTags } = work.rule
  const erased: ExpiredRun[] = []
  for (const { id, name, startedAt } of runs) {
    const files = await tracking.listFiles(id)
    const bytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
    const facts = { name, startedAt, fileCount: files.length, bytes }
    erased.push({ id, ...facts })
    if (application.isDryRun) continue
    const rule = { scope, keepNewest, keepDays, keepTags }
    const record = { runId: id, ...facts, experiment: experiment.name, rule, erasedBy: application.erasedBy }
    await db.transaction(async (tx) => {
      const isNew = await insertErasure(tx.query, experiment.id, { ...record, erasedAt: platform.clock.now() })
      const payload = { runId: id, experimentId: experiment.id, scope }
      if (isNew) await platform.events.emit(tx, runErased, id, payload)
    })
    await tracking.eraseRunWithModels(id)
  }
  return erased
}

async function* experimentsOf({ tracking }: RetentionContext, ref: string | undefined): AsyncGenerator<Experiment> {
  if (ref !== undefined) {
    yield await tracking.getExperiment(ref)
    return
  }
  for (let cursor: string | undefined; ; ) {
    const page = await tracking.searchExperiments({ limit: pageSize, lifecycle: 'all', cursor })
    yield* page.items
    cursor = page.nextCursor
    if (cursor === undefined) return
  }
}

/** Deleted ones as well: they can be restored, but not for ever. */
async function runsOf({ tracking }: RetentionContext, experimentId: string, rule: StoredRule): Promise<JudgedRun[]> {
  const runs: JudgedRun[] = []
  // Of thousands of runs only the tags that decide.
  const select = [pinTag, ...rule.keepTags.map((tag) => tag.split('=', 1)[0])].map((key) => `tags.${key}`)
  for (let cursor: string | undefined; ; ) {
    const scope = { experiments: [experimentId], lifecycle: 'all' } as const
    const page = await tracking.searchRuns({ ...scope, limit: pageSize, cursor, select })
    for (const { id, name, status, startedAt, parentRunId, stepRunId, tags } of page.items) {
      runs.push({ id, name, status, startedAt, parentRunId, stepRunId, tags })
    }
    cursor = page.nextCursor
    if (cursor === undefined) return runs
  }
}
