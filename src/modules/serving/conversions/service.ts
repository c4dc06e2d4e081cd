import type { Page } from '../../../kernel/paging.ts'
import { getStored } from '../deployments/service.ts'
import { servingErrors } from '../model.ts'
import { findModelFiles } from '../models/model-files.ts'
import { findModel, findOnnxForms, type OnnxForm } from '../models/stored-model.ts'
import type { ConversionEnv } from './env.ts'
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
export async function startConversion(env: ConversionEnv, { model, ...request }: StartConversion): Promise<Conversion> {
  const version = await env.registry.resolve(model)
  const files = findModelFiles(version)
  if (files.kind !== 'python') throw servingErrors.conversion_not_needed({ modelVersionId: version.id })
  if (request.dataset !== undefined) await env.datasets.getVersion(request.dataset)
  if (request.deployment !== undefined) await getStored(env, request.deployment)
  const conversion: StoredConversion = {
    id: env.platform.ids('cnv'),
    model: version.model,
    modelVersionId: version.id,
    version: version.version,
    digest: files.digest,
    request,
    state: 'running',
    finite: undefined,
    startedAt: env.platform.clock.now(),
  }
  const started = await env.db.transaction(async (tx) => {
    if (!(await insertConversion(tx.query, conversion))) return findRunningConversion(tx.query, version.id)
    await env.platform.jobs.enqueue(tx, runConversion, { conversionId: conversion.id }, { dedupe: conversion.id })
    return conversion
  })
  // The one that ran has ended this moment: it is the newest.
  return started === undefined ? newest(env, version.id) : toConversion(env, started)
}

async function newest(env: ConversionEnv, modelVersionId: string): Promise<Conversion> {
  const { items } = await listConversions(env.db.read, { modelVersionId, limit: 1 })
  const [conversion] = items
  if (conversion === undefined) throw servingErrors.conversion_not_found({ id: modelVersionId })
  return toConversion(env, conversion)
}

export async function getConversion(env: ConversionEnv, id: string): Promise<Conversion> {
  return toConversion(env, await getStoredConversion(env, id))
}

export async function listConversionPage(
  env: ConversionEnv,
  { model, ...query }: { limit: number; cursor?: string | undefined; model?: string | undefined },
): Promise<Page<Conversion>> {
  const modelVersionId = model === undefined ? undefined : (await env.registry.resolve(model)).id
  const page = await listConversions(env.db.read, { ...query, modelVersionId })
  const forms = await findOnnxForms(
    env.db.read,
    page.items.map(({ digest }) => digest),
  )
  return { ...page, items: page.items.map((item) => publicView(env, item, forms)) }
}

/** Takes up a conversion that is not in use, or goes back to the Python model, whose environment is built before. */
export async function changeRuntime(env: ConversionEnv, id: string, runtime: 'onnx' | 'python'): Promise<Conversion> {
  const conversion = await getStoredConversion(env, id)
  if (runtime === 'onnx' && conversion.state !== 'converted')
    throw servingErrors.conversion_not_usable({ id, state: conversion.state })
  if (runtime === 'onnx') await switchRuntime(env, conversion, { runtime })
  else {
    const model = await findModel(env.db.read, conversion.digest)
    if (model?.onnxForm?.conversionId !== id) return getConversion(env, id)
    if (model.runtime?.kind === 'python') await env.environments.ensure(model.runtime.requirements)
    await switchRuntime(env, conversion, { runtime })
  }
  return getConversion(env, id)
}

async function getStoredConversion(env: ConversionEnv, id: string): Promise<StoredConversion> {
  const conversion = await findConversion(env.db.read, id)
  if (conversion === undefined) throw servingErrors.conversion_not_found({ id })
  return conversion
}

async function toConversion(env: ConversionEnv, stored: StoredConversion): Promise<Conversion> {
  return publicView(env, stored, await findOnnxForms(env.db.read, [stored.digest]))
}

function publicView(env: ConversionEnv, stored: StoredConversion, forms: ReadonlyMap<string, OnnxForm>): Conversion {
  const { digest, request: _request, finite: _finite, ...conversion } = stored
  const isUsed = forms.get(digest)?.conversionId === conversion.id
  return { ...conversion, isUsed, progress: env.progress.get(conversion.id) }
}
