/** Records that a step has succeeded: its outputs become versions, its result goes to its run, the next steps are readied. */
import { rm } from 'node:fs/promises'
import { canonicalJson } from '../../kernel/json.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import { Signature } from '../registry/index.ts'
import { sha256 } from './apply.ts'
import type { CacheAnswer, CacheParts } from './cache.ts'
import { cacheKey } from './cache.ts'
import type { Collected, StepResult } from './collect.ts'
import type { PipelineContext } from './context.ts'
import type { StepFile, StepInput, StepOutput } from './model.ts'
import { outputRef } from './references.ts'
import * as steps from './step-store.ts'
import type { StepRunRow } from './tables.ts'
import type { Attempt, Task } from './task.ts'
import { type PipelineTx, settleStep } from './transitions.ts'
import { stepFolder } from './workspace.ts'

/**
 * Everything here may be done again after a crash, from the same `collected`, and gives the same: the batch and the
 * dataset versions are idempotent, and the rest is one transaction that only the first to get there commits.
 */
export async function recordSuccess(ctx: PipelineContext, task: Attempt, collected: Collected): Promise<void> {
  const { row, definition } = task
  await ctx.tracking.logBatch(row.runId, batchOf(collected.result, task.startedAt))
  const isReproduction = task.run.triggerKind === 'reproduction'
  const outputs: StepOutput[] = []
  for (const [name, text] of Object.entries(definition.outputs)) {
    const files = [...(collected.outputs[name] ?? [])]
    const ref = outputRef(text)
    if (ref.kind === 'files' || isReproduction) {
      outputs.push({ name, kind: ref.kind, digest: sha256(canonicalJson(files)), files })
    } else if (ref.kind === 'dataset') outputs.push(await storeDataset(ctx, task, { name, dataset: ref.name, files }))
  }
  const endedAt = ctx.platform.clock.now()
  const isRunEnded = await ctx.db.transaction(async (tx) => {
    await steps.closeSteps(tx, row.pipelineRunId, 0)
    const at = { id: row.id, attempt: task.attempt, from: ['running'] as const }
    if (!(await steps.updateStep(tx, at, { state: 'succeeded', endedAt }))) return false
    if (!isReproduction) outputs.push(...(await registerModels(ctx, tx, task, collected)))
    const change = { state: 'succeeded' as const, endedAt, outputs: JSON.stringify(outputs) }
    await steps.updateStep(tx, { ...at, from: ['succeeded'] }, change)
    await steps.updateAttempt(tx, { stepRunId: row.id, attempt: task.attempt }, { state: 'succeeded', endedAt })
    await ctx.tracking.finishRun(row.runId, 'FINISHED', endedAt, tx)
    if (row.cacheKey !== null && !isReproduction) {
      const { pipelineId } = task.version
      await steps.putCache(tx, { key: row.cacheKey, pipelineId, step: row.name, stepRunId: row.id, createdAt: endedAt })
    }
    return settleStep(ctx, tx, { version: task.version, step: { ...row, ...change } })
  })
  faultPoint('pipelines.step.recorded')
  if (isRunEnded) faultPoint('pipelines.run.finished')
  await rm(await stepFolder(ctx, row.id), { recursive: true, force: true })
}

/** A step that need not run: the outputs of an earlier one stand for it. */
export async function recordCached(
  ctx: PipelineContext,
  task: Task,
  cache: { readonly source: StepRunRow; readonly parts: CacheParts; readonly answer: CacheAnswer },
): Promise<void> {
  const { row } = task
  const { source } = cache
  const change = {
    state: 'succeeded' as const,
    endedAt: ctx.platform.clock.now(),
    runId: source.runId,
    outputs: source.outputs,
    cacheKey: cacheKey(cache.parts),
    cacheParts: JSON.stringify(cache.parts),
    cacheVerdict: JSON.stringify(cache.answer.verdict),
  }
  const isRunEnded = await ctx.db.transaction(async (tx) => {
    await steps.closeSteps(tx, row.pipelineRunId, 0)
    if (!(await steps.updateStep(tx, { id: row.id, attempt: row.attempt, from: ['queued'] }, change))) return false
    return settleStep(ctx, tx, { version: task.version, step: { ...row, ...change } })
  })
  faultPoint('pipelines.step.recorded')
  if (isRunEnded) faultPoint('pipelines.run.finished')
}

function batchOf(result: StepResult, timestamp: number) {
  const metrics = Object.entries(result.metrics).flatMap(([key, value]) =>
    typeof value === 'number' ? [{ key, value, timestamp }] : value.map((point) => ({ key, ...point, timestamp })),
  )
  const params = Object.fromEntries(Object.entries(result.params).map(([key, value]) => [key, String(value)]))
  return { metrics, params, tags: result.tags }
}

async function storeDataset(
  ctx: PipelineContext,
  task: Attempt,
  output: { readonly name: string; readonly dataset: string; readonly files: readonly StepFile[] },
): Promise<StepOutput> {
  const { name, dataset, files } = output
  await ctx.datasets.ensureDataset({ name: dataset })
  const inputs: StepInput[] = JSON.parse(task.row.inputs)
  const version =
    (await findProduced(ctx, task, output)) ??
    (await ctx.datasets.createVersion({
      dataset,
      files,
      message: `Written by step ${task.row.name} of ${task.run.pipeline}`,
      producedBy: { stepRunId: task.row.id },
      parents: inputs.flatMap((input) => (input.kind === 'dataset' ? (input.versionId ?? []) : [])),
      metadata: { pipeline: task.run.pipeline, step: task.row.name, output: name },
    }))
  const { id: versionId, digest } = version
  return { name, kind: 'dataset', versionId, label: `${dataset}@${version.version}`, digest, files: [...files] }
}

/** The version that this step made before its server died, when somebody else has added a newer one since. */
async function findProduced(
  ctx: PipelineContext,
  task: Attempt,
  output: { readonly name: string; readonly dataset: string },
) {
  const newest = await ctx.datasets.listVersions({ dataset: output.dataset, limit: 50 })
  return newest.items.find((version) => version.stepRunId === task.row.id && version.metadata.output === output.name)
}

async function registerModels(
  ctx: PipelineContext,
  tx: PipelineTx,
  task: Attempt,
  collected: Collected,
): Promise<StepOutput[]> {
  const outputs: StepOutput[] = []
  for (const [name, text] of Object.entries(task.definition.outputs)) {
    const ref = outputRef(text)
    if (ref.kind !== 'model') continue
    const files = [...(collected.outputs[name] ?? [])]
    const signature = Signature.safeParse(collected.result.modelSignature)
    const version = await ctx.registry.createVersion(
      {
        model: ref.name,
        files,
        format: collected.result.modelFormat ?? formatOf(files),
        runId: task.row.runId,
        stepRunId: task.row.id,
        ...(signature.success ? { signature: signature.data } : {}),
        key: `${task.row.id}/${name}`,
      },
      tx,
    )
    await ctx.tracking.recordOutputs(task.row.runId, [{ modelId: version.id, step: 0 }], tx)
    const label = `${version.model}/${version.version}`
    outputs.push({ name, kind: 'model', versionId: version.id, label, digest: version.digest, files })
  }
  return outputs
}

/** Told from the names of the files, when the step does not say. */
function formatOf(files: readonly StepFile[]): string {
  if (files.some((file) => file.path.endsWith('.onnx'))) return 'onnx'
  if (files.some((file) => /\.(pkl|joblib|pickle|pt|pth|safetensors)$/.test(file.path))) return 'python'
  return 'files'
}
