import type { DeploymentEnv } from '../deployments/env.ts'
import { syncPlan } from '../deployments/live-plan.ts'
import { listAllDeployments } from '../deployments/store.ts'
import { servingErrors } from '../model.ts'
import { chooseOnnxForm, findModel, type OnnxForm } from '../models/stored-model.ts'
import type { ServingTx } from '../tables.ts'
import { findConversion, type StoredConversion } from './store.ts'

/**
 * What deployments of a version load: the ONNX form of a conversion, or, without one, the Python model. Live ones load it
 * in the background and switch between two requests. When a worker cannot load it, everything stays as it was and
 * `data_plane_failed` is thrown. `also` is written in the same transaction; false from it: nothing is done.
 */
export function switchRuntime(
  env: DeploymentEnv,
  { digest, id }: Pick<StoredConversion, 'digest' | 'id'>,
  { runtime, also }: { readonly runtime: 'onnx' | 'python'; readonly also?: (tx: ServingTx) => Promise<boolean> },
): Promise<void> {
  return env.turnOf(`form of ${digest}`, async () => {
    const before = (await findModel(env.db.read, digest))?.onnxForm
    const isChanged = await env.db.transaction(async (tx) => {
      if (also !== undefined && !(await also(tx))) return false
      await chooseOnnxForm(tx.query, digest, runtime === 'onnx' ? await formOf(tx, id) : undefined)
      return true
    })
    if (!isChanged) return
    const problem = await makeLive(env, digest)
    if (problem === undefined) return
    await env.db.transaction((tx) => chooseOnnxForm(tx.query, digest, before))
    await syncPlan(env, { until: [], isFleetAwaited: false })
    throw servingErrors.data_plane_failed({ problem, logs: env.plane.logFolder.replace(/[^/]+$/, '') })
  })
}

async function formOf({ query }: ServingTx, id: string): Promise<OnnxForm | undefined> {
  const conversion = await findConversion(query, id)
  if (conversion?.onnxDigest === undefined) return undefined
  return { conversionId: id, digest: conversion.onnxDigest, finite: conversion.finite ?? {} }
}

/** Answers why it could not be loaded. */
async function makeLive(env: DeploymentEnv, digest: string): Promise<string | undefined> {
  const deployments = await listAllDeployments(env.db.read)
  const serving = deployments.filter(({ variants }) => variants.some((variant) => variant.digest === digest))
  if (serving.length === 0) return undefined
  const until = serving.map(({ name }) => name)
  const { failures } = await syncPlan(env, { until, isFleetAwaited: true })
  return failures.find(({ deployment }) => until.includes(deployment))?.problem
}
