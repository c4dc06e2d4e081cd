import type { Page, PageQuery } from '../../../kernel/paging.ts'
import type { OnnxForm } from '../../servables/index.ts'
import type { ScoringContext } from '../context.ts'
import { scoringErrors } from '../model.ts'
import { runConversion } from './jobs.ts'
import type { Conversion, StartConversion } from './model.ts'
import { conversions, type StoredConversion } from './store.ts'
import { switchRuntime } from './use.ts'

/** Conversions: a Python version as ONNX. */
export function createConversions(ctx: ScoringContext) {
  /** Answers the conversion of the version that runs already, if one does. */
  async function startConversion({ model, ...request }: StartConversion): Promise<Conversion> {
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
      if (!(await conversions.insertUnlessThere(tx.query, conversion)))
        return conversions.find(tx.query, { modelVersionId: version.id, state: 'running' })
      await ctx.platform.jobs.enqueue(tx, runConversion, { conversionId: conversion.id }, { dedupe: conversion.id })
      return conversion
    })
    // The one that ran has ended this moment: it is the newest.
    return started === undefined ? newest(version.id) : toConversion(started)
  }

  async function newest(modelVersionId: string): Promise<Conversion> {
    const { items } = await conversions.page(ctx.db.read, { limit: 1 }, { modelVersionId })
    const [conversion] = items
    if (conversion === undefined) throw scoringErrors.conversion_not_found({ id: modelVersionId })
    return toConversion(conversion)
  }

  async function getConversion(id: string): Promise<Conversion> {
    return toConversion(await getStoredConversion(id))
  }

  async function listConversions({
    model,
    ...query
  }: PageQuery & { readonly model?: string | undefined }): Promise<Page<Conversion>> {
    const modelVersionId = model === undefined ? undefined : (await ctx.registry.resolve(model)).id
    const page = await conversions.page(ctx.db.read, query, { modelVersionId })
    const forms = await ctx.servables.findOnnxForms(page.items.map(({ digest }) => digest))
    return { ...page, items: page.items.map((item) => publicView(item, forms)) }
  }

  /** Takes up a conversion that is not in use, or goes back to the Python model, whose environment is built before. */
  async function changeRuntime(id: string, runtime: 'onnx' | 'python'): Promise<Conversion> {
    const conversion = await getStoredConversion(id)
    if (runtime === 'onnx' && conversion.state !== 'converted')
      throw scoringErrors.conversion_not_usable({ id, state: conversion.state })
    if (runtime === 'onnx') await switchRuntime(ctx, conversion, { runtime })
    else {
      const model = await ctx.servables.findModel(conversion.digest)
      if (model?.onnxForm?.conversionId !== id) return getConversion(id)
      if (model.runtime?.kind === 'python') await ctx.servables.environments().ensure(model.runtime.requirements)
      await switchRuntime(ctx, conversion, { runtime })
    }
    return getConversion(id)
  }

  async function getStoredConversion(id: string): Promise<StoredConversion> {
    const conversion = await conversions.find(ctx.db.read, { id })
    if (conversion === undefined) throw scoringErrors.conversion_not_found({ id })
    return conversion
  }

  async function toConversion(stored: StoredConversion): Promise<Conversion> {
    return publicView(stored, await ctx.servables.findOnnxForms([stored.digest]))
  }

  function publicView(stored: StoredConversion, forms: ReadonlyMap<string, OnnxForm>): Conversion {
    const { digest, request: _request, finite: _finite, ...conversion } = stored
    const isUsed = forms.get(digest)?.conversionId === conversion.id
    return { ...conversion, isUsed, progress: ctx.progress.get(conversion.id) }
  }

  return { startConversion, getConversion, listConversions, changeRuntime }
}
