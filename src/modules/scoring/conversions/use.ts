import type { OnnxForm } from '../../servables/index.ts'
import { servingErrors } from '../../serving/index.ts'
import type { ScoringContext } from '../context.ts'
import type { ScoringTx } from '../tables.ts'
import { conversions, type StoredConversion } from './store.ts'

/**
 * What deployments of a version load: the ONNX form of a conversion, or, without one, the Python model. Live ones load it
 * in the background and switch between two requests. When a worker cannot load it, everything stays as it was and
 * `data_plane_failed` is thrown. `also` is written in the same transaction; false from it: nothing is done.
 */
export function switchRuntime(
  ctx: ScoringContext,
  { digest, id }: Pick<StoredConversion, 'digest' | 'id'>,
  { runtime, also }: { readonly runtime: 'onnx' | 'python'; readonly also?: (tx: ScoringTx) => Promise<boolean> },
): Promise<void> {
  return ctx.serving.turnOf(`form of ${digest}`, async () => {
    const before = (await ctx.servables.findModel(digest))?.onnxForm
    const isChanged = await ctx.db.transaction(async (tx) => {
      if (also !== undefined && !(await also(tx))) return false
      await ctx.servables.chooseOnnxForm(tx, digest, runtime === 'onnx' ? await formOf(tx, id) : undefined)
      return true
    })
    if (!isChanged) return
    const problem = await ctx.serving.reload(digest)
    if (problem === undefined) return
    await ctx.db.transaction((tx) => ctx.servables.chooseOnnxForm(tx, digest, before))
    await ctx.serving.reload(digest)
    throw servingErrors.data_plane_failed({ problem, logs: ctx.serving.logsOfWorkers() })
  })
}

async function formOf({ query }: ScoringTx, id: string): Promise<OnnxForm | undefined> {
  const conversion = await conversions.find(query, { id })
  if (conversion?.onnxDigest === undefined) return undefined
  return { conversionId: id, digest: conversion.onnxDigest, finite: conversion.finite ?? {} }
}
