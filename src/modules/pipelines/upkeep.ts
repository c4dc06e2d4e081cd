/** What must be true around runs: folders do not pile up, and blobs that runs name are not collected. */
import { rm, stat } from 'node:fs/promises'
import type { SourceFile } from '../../kernel/source.ts'
import type { Collected } from './collect.ts'
import type { PipelineContext } from './context.ts'
import { isStepEnded, type StepOutput } from './model.ts'
import { findStep } from './step-store.ts'
import { listStepFolders, stepFolder } from './workspace.ts'

/** Long enough to look into a failure after a weekend. */
const keepFailedMs = 7 * 86_400_000
const pageSize = 500

/** Removes the folders of steps that ended well, and of failed ones after a week. */
export async function removeOldFolders(ctx: PipelineContext): Promise<void> {
  for (const name of await listStepFolders(ctx)) {
    const folder = await stepFolder(ctx, name)
    const step = await findStep(ctx.db.read, name)
    const isOld = ctx.platform.clock.now() - (await stat(folder)).mtimeMs > keepFailedMs
    const isDone = step === undefined || (isStepEnded(step.state) && step.state !== 'failed')
    if (isDone || isOld) await rm(folder, { recursive: true, force: true })
  }
}

/** Code of every version and its difference to the commit, plain files between steps, logs, and what a step that is being recorded has stored. */
export async function* blobRoots(ctx: PipelineContext): AsyncGenerator<string> {
  for (const row of await ctx.db.read.selectFrom('pipelines_sources').select('files').execute()) {
    for (const file of JSON.parse(row.files) as SourceFile[]) yield file.digest
  }
  const changed = ctx.db.read.selectFrom('pipelines_versions').select('changesDigest').distinct()
  for (const { changesDigest } of await changed.where('changesDigest', 'is not', null).execute()) {
    if (changesDigest !== null) yield changesDigest
  }
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: { id: string; outputs: string }[] = await ctx.db.read
      .selectFrom('pipelines_step_runs')
      .select(['id', 'outputs'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .execute()
    for (const row of page) {
      for (const output of JSON.parse(row.outputs) as StepOutput[]) for (const file of output.files) yield file.digest
    }
    yield* attemptRoots(
      ctx,
      page.map((row) => row.id),
    )
    after = page.length < pageSize ? undefined : page.at(-1)?.id
  }
}

async function* attemptRoots(ctx: PipelineContext, stepRunIds: readonly string[]): AsyncGenerator<string> {
  if (stepRunIds.length === 0) return
  const rows = await ctx.db.read
    .selectFrom('pipelines_attempts')
    .select(['logDigest', 'collected', 'state'])
    .where('stepRunId', 'in', stepRunIds)
    .execute()
  for (const row of rows) {
    if (row.logDigest !== null) yield row.logDigest
    if (row.collected === null || row.state !== 'running') continue
    const collected: Collected = JSON.parse(row.collected)
    for (const file of Object.values(collected.outputs).flat()) yield file.digest
  }
}
