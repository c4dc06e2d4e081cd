import { createHash } from 'node:crypto'
import type { FieldProblem } from '../../kernel/errors.ts'
import { canonicalJson } from '../../kernel/json.ts'
import type { Source, SourceFile } from '../../kernel/source.ts'
import { provenancePaths } from '../../platform/provenance/index.ts'
import type { PipelineContext } from './context.ts'
import { PipelineDefinition, type PipelineDefinitionInput } from './definition.ts'
import * as store from './definition-store.ts'
import { problemsOf, suggestion } from './graph.ts'
import { planNext } from './jobs.ts'
import { type PipelineDetail, type PipelineVersion, pipelineErrors } from './model.ts'
import { nextTime } from './schedule.ts'
import type { ApplyPipeline } from './service.ts'
import type { PipelineRow } from './tables.ts'

/** The definition with its defaults. Throws `pipeline_invalid` with every problem and its path. */
export function checkDefinition(given: PipelineDefinitionInput): PipelineDefinition {
  const parsed = PipelineDefinition.safeParse(given)
  const problems: FieldProblem[] = parsed.success
    ? problemsOf(parsed.data)
    : parsed.error.issues.map((issue) => ({ path: pathText(issue.path), message: issue.message }))
  if (!parsed.success || problems.length > 0) {
    const text = problems.map((problem) => `${problem.path}: ${problem.message}`).join('; ')
    throw pipelineErrors.pipeline_invalid({ pipeline: given.name, problems: text }, { fields: problems })
  }
  return parsed.data
}

export async function applyPipeline(ctx: PipelineContext, request: ApplyPipeline): Promise<PipelineVersion> {
  const definition = checkDefinition(request.definition)
  const { source } = request
  const files = source === undefined ? [] : checkSource(definition.name, source)
  const changes = source?.changes === undefined ? [] : [{ path: provenancePaths.changes, ...source.changes }]
  await checkStored(ctx, definition.name, [...files, ...changes])
  const sourceDigest = source === undefined ? null : sha256(canonicalJson(files))
  const { clock, ids } = ctx.platform
  const at = clock.now()
  const versionId = await ctx.db.transaction(async (tx) => {
    if (sourceDigest !== null) await store.addSource(tx, sourceDigest, files, at)
    const added = await store.addVersion(tx, {
      pipelineId: ids('pln'),
      versionId: ids('plv'),
      name: definition.name,
      description: definition.description ?? null,
      digest: sha256(canonicalJson({ definition, sourceDigest })),
      definition: JSON.stringify(definition),
      sourceDigest,
      commitId: source?.commit ?? null,
      isDirty: source?.dirty === undefined ? null : source.dirty ? 1 : 0,
      changesDigest: source?.changes?.digest ?? null,
      changesBytes: source?.changes?.sizeBytes ?? null,
      at,
    })
    const { schedule } = definition
    if (schedule !== undefined) await planNext(ctx, tx, { pipelineId: added.pipelineId, schedule, afterMs: at })
    return added.versionId
  })
  return store.getVersion(ctx.db.read, versionId)
}

export async function getPipelineRow(ctx: PipelineContext, nameOrId: string): Promise<PipelineRow> {
  const row = await store.findPipeline(ctx.db.read, nameOrId)
  if (row !== undefined) return row
  const near = suggestion(nameOrId, await store.listPipelineNames(ctx.db.read)).replace(
    /^; (.)/,
    (_, first) => ` ${first.toUpperCase()}`,
  )
  throw pipelineErrors.pipeline_not_found({ pipeline: nameOrId, near })
}

export async function getPipeline(ctx: PipelineContext, nameOrId: string): Promise<PipelineDetail> {
  const row = await getPipelineRow(ctx, nameOrId)
  const current = await store.getVersion(ctx.db.read, row.versionId)
  const { schedule } = current.definition
  const nextRunAt = schedule === undefined ? undefined : nextTime(schedule, ctx.platform.clock.now())
  return { ...store.toPipeline(row), current, nextRunAt }
}

/** Files in order of their paths. Throws when a path leaves the snapshot or stands there twice. */
function checkSource(pipeline: string, source: Source): SourceFile[] {
  const problems: FieldProblem[] = []
  const seen = new Set<string>()
  for (const [index, { path }] of source.files.entries()) {
    const isOutside =
      path.startsWith('/') || path.includes('\\') || path.split('/').some((part) => ['', '.', '..'].includes(part))
    if (isOutside)
      problems.push({ path: `source.files[${index}].path`, message: `"${path}" is not a plain relative path` })
    if (seen.has(path)) problems.push({ path: `source.files[${index}].path`, message: `"${path}" is listed twice` })
    seen.add(path)
  }
  if (problems.length > 0) {
    const text = problems.map((problem) => problem.message).join('; ')
    throw pipelineErrors.pipeline_invalid({ pipeline, problems: text }, { fields: problems })
  }
  return source.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

async function checkStored(ctx: PipelineContext, pipeline: string, files: readonly SourceFile[]): Promise<void> {
  for (const { path, digest } of files) {
    const isStored = (await ctx.platform.blobs.find(digest)) !== undefined
    if (!isStored) throw pipelineErrors.pipeline_source_missing({ path, pipeline, digest })
  }
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '')
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
