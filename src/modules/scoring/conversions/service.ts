import type { Page } from '../../../kernel/paging.ts'
import type { OnnxForm } from '../../servables/index.ts'
import type { ScoringContext } from '../context.ts'
import { scoringErrors } from '../model.ts'
import { runConversion } from './jobs.ts'
import type { Conversion, StartConversion } from './model.ts'
import {
  findConversion,
  findRunningConversion,
  insertConversion,
  listConversions,
  type StoredConversion,
} from './store.ts'
import { switchRuntime } from './use.ts'

/** Answers the conversion of the version that runs already, if one does. */
export async function startConversion(
  ctx: ScoringContext,
  { model, ...request }: StartConversion,
): Promise<Conversion> {
  const version = await ctx.registry.resolve(model)
  const files = ctx.servables.findModelFiles(version)
  if (files.kind !== 'python') throw scoringErrors.conversion_not_needed({ modelVersionId: version.id })
  if (request.dataset !== undefined) await ctx.datasets.getVersion(request.dataset)
  if (request.deployment !== undefined) await ctx.serving.getStored(request.deployment)
  const conversion: StoredConversion = {
    id: ctx.platform.ids('cnv'),
    model: version.model,
    modelVersionId: version.id,
    version: version.version,
    digest: files.digest,
    request,
    state: 'running',
    finite: undefined,
    startedAt: ctx.platform.clock.now(),
  }
  const started = await ctx.db.transaction(async (tx) => {
    if (!(await insertConversion(tx.query, conversion))) return findRunningConversion(tx.query, version.id)
    await ctx.platform.jobs.enqueue(tx, runConversion, { conversionId: conversion.id }, { dedupe: conversion.id })
    return conversion
  })
  // The one that ran has ended this moment: it is the newest.
  return started === undefined ? newest(ctx, version.id) : toConversion(ctx, started)
}

async function newest(ctx: ScoringContext, modelVersionId: string): Promise<Conversion> {
  const { items } = await listConversions(ctx.db.read, { modelVersionId, limit: 1 })
  const [conversion] = items
  if (conversion === undefined) throw scoringErrors.conversion_not_found({ id: modelVersionId })
  return toConversion(ctx, conversion)
}

export async function getConversion(ctx: ScoringContext, id: string): Promise<Conversion> {
  return toConversion(ctx, await getStoredConversion(ctx, id))
}

export async function listConversionPage(
  ctx: ScoringContext,
  { model, ...query }: { limit: number; cursor?: string | undefined; model?: string | undefined },
): Promise<Page<Conversion>> {
  const modelVersionId = model === undefined ? undefined : (await ctx.registry.resolve(model)).id
  const page = await listConversions(ctx.db.read, { ...query, modelVersionId })
  const forms = await ctx.servables.findOnnxForms(page.items.map(({ digest }) => digest))
  return { ...page, items: page.items.map((item) => publicView(ctx, item, forms)) }
}

/** Takes up a conversion that is not in use, or goes back to the Python model, whose environment is built before. */
export async function changeRuntime(ctx: ScoringContext, id: string, runtime: 'onnx' | 'python'): Promise<Conversion> {
  const conversion = await getStoredConversion(ctx, id)
  if (runtime === 'onnx' && conversion.state !== 'converted')
    throw scoringErrors.conversion_not_usable({ id, state: conversion.state })
  if (runtime === 'onnx') await switchRuntime(ctx, conversion, { runtime })
  else {
    const model = await ctx.servables.findModel(conversion.digest)
    if (model?.onnxForm?.conversionId !== id) return getConversion(ctx, id)
    if (model.runtime?.kind === 'python') await ctx.servables.environments().ensure(model.runtime.requirements)
    await switchRuntime(ctx, conversion, { runtime })
  }
  return getConversion(ctx, id)
}

async function getStoredConversion(ctx: ScoringContext, id: string): Promise<StoredConversion> {
  const conversion = await findConversion(ctx.db.read, id)
  if (conversion === undefined) throw scoringErrors.conversion_not_found({ id })
  return conversion
}

async function toConversion(ctx: ScoringContext, stored: StoredConversion): Promise<Conversion> {
  return publicView(ctx, stored, await ctx.servables.findOnnxForms([stored.digest]))
}

function publicView(ctx: ScoringContext, stored: StoredConversion, forms: ReadonlyMap<string, OnnxForm>): Conversion {
  const { digest, request: _request, finite: _finite, ...conversion } = stored
  const isUsed = forms.get(digest)?.conversionId === conversion.id
  return { ...conversion, isUsed, progress: ctx.progress.get(conversion.id) }
}
