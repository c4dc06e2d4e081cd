import { hasCode } from '../../../kernel/errors.ts'
import type { ModelVersion } from '../../registry/index.ts'
import type { ServingContext } from '../context.ts'
import { changeDeployment } from './change.ts'
import { fullRef } from './reference.ts'
import { findDeployment, updateDeployment } from './store.ts'

/**
 * What may take minutes, before a change enters the queue of changes: the environment of a Python model is built while
 * other deployments go on changing. The deployment tells how far it is.
 */
export async function prepareVersion(
  env: ServingContext,
  { name, model, version }: { readonly name: string; readonly model: string; readonly version: ModelVersion },
): Promise<void> {
  if (env.servables.findModelFiles(version).kind === 'remote') return prepareRemote(env, name, version)
  if (await env.servables.isPrepared(version)) return
  await changeDeployment(env, name, async (existing) => (existing === undefined ? { model, variants: [] } : undefined))
  env.progress.set(name, 'looking at the model')
  try {
    await env.servables.toServable(version, { weight: 0, onProgress: (text) => env.progress.set(name, text) })
  } catch (error) {
    await noteFailure(env, name, error)
    throw error
  } finally {
    env.progress.delete(name)
  }
}

/**
 * What another server has must be there, as it was when it was registered, before requests go to it; where nothing is lost
 * by waiting for it, it may come later.
 */
async function prepareRemote(env: ServingContext, name: string, version: ModelVersion): Promise<void> {
  await env.servables.checkRemoteModel(version).catch(async (error) => {
    const existing = await findDeployment(env.db.read, name)
    if (!hasCode(error, 'remote_model_away') || (existing !== undefined && existing.variants.length > 0)) throw error
  })
}

/** The same for a reference to a version of what a deployment serves; what is wrong with it, others will say. */
export async function prepareReference(env: ServingContext, name: string, ref: string): Promise<void> {
  const deployment = await findDeployment(env.db.read, name)
  if (deployment === undefined) return
  const version = await env.registry.resolve(fullRef(deployment.model, ref)).catch(() => undefined)
  if (version?.model === deployment.model) await prepareVersion(env, { ...deployment, version })
}

/** A deployment that serves nothing yet keeps the reason; one that serves goes on as it was. */
async function noteFailure(env: ServingContext, name: string, error: unknown): Promise<void> {
  await env.turnOf(name, async () => {
    const deployment = await findDeployment(env.db.read, name)
    if (deployment === undefined || deployment.variants.length > 0) return
    const problem = error instanceof Error ? error.message : String(error)
    const failed = { ...deployment, state: 'failed', problem, updatedAt: env.platform.clock.now() } as const
    await env.db.transaction((tx) => updateDeployment(tx.query, failed))
  })
}
