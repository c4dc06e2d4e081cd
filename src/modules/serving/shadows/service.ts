import type { Page } from '../../../kernel/paging.ts'
import type { DeploymentEnv } from '../deployments/env.ts'
import { fullRef } from '../deployments/reference.ts'
import { getStored } from '../deployments/service.ts'
import { servingErrors } from '../model.ts'
import { toServable } from '../models/servable.ts'
import { lastSeq } from '../predictions/store.ts'
import type { Difference } from '../scoring/model.ts'
import { listDifferences, summarize } from '../scoring/store.ts'
import type { ServingTx } from '../tables.ts'
import { type Shadow, type ShadowReport, type StartShadow, shadowStarted, shadowStopped } from './model.ts'
import type { ShadowEnv } from './run.ts'
import { endShadow, findShadow, insertShadow, listRunningShadows, listShadows, type StoredShadow } from './store.ts'

type Env = DeploymentEnv & ShadowEnv & { readonly catchUp: () => Promise<void> }

/** A version shadows a deployment once: starting it again answers the one that runs. */
export async function startShadow(env: Env, { deployment: given, ref, sample }: StartShadow): Promise<Shadow> {
  const { name } = await getStored(env, given)
  return env.turnOf(name, async () => {
    const deployment = await getStored(env, name)
    const version = await env.registry.resolve(fullRef(deployment.model, ref))
    const running = await listRunningShadows(env.db.read, [deployment.name])
    const again = running.find((shadow) => shadow.modelVersionId === version.id)
    if (again !== undefined) return publicView(again)
    const { digest } = await toServable(env, version, { weight: 0 })
    await env.catchUp()
    const shadow: StoredShadow = {
      id: env.platform.ids('shd'),
      deploymentId: deployment.id,
      deployment: deployment.name,
      modelVersionId: version.id,
      version: version.version,
      digest,
      sample,
      state: 'running',
      crashCount: 0,
      crashesInRow: 0,
      pausedUntil: 0,
      scoredCount: 0,
      droppedCount: 0,
      cursorSeq: await lastSeq(env.db.read, deployment.name),
      startedAt: env.platform.clock.now(),
    }
    await env.db.transaction(async (tx) => {
      await insertShadow(tx.query, shadow)
      await env.platform.events.emit(tx, shadowStarted, shadow.id, eventOf(shadow))
    })
    return publicView(shadow)
  })
}

export async function stopShadow(env: Env, id: string): Promise<Shadow> {
  const shadow = await getStoredShadow(env, id)
  await env.db.transaction((tx) => endInside(env, tx, shadow))
  env.scorers.close(id)
  return publicView(await getStoredShadow(env, id))
}

/** With the deployment that is deleted. */
export async function stopShadowsOf(env: Env, tx: ServingTx, deployment: string): Promise<void> {
  for (const shadow of await listRunningShadows(tx.query, [deployment])) {
    await endInside(env, tx, shadow)
    tx.onCommit(() => env.scorers.close(shadow.id))
  }
}

async function endInside(env: Env, tx: ServingTx, shadow: StoredShadow): Promise<void> {
  if (await endShadow(tx.query, shadow.id, env.platform.clock.now()))
    await env.platform.events.emit(tx, shadowStopped, shadow.id, eventOf(shadow))
}

export async function getShadow(env: Env, id: string): Promise<ShadowReport> {
  const shadow = await getStoredShadow(env, id)
  return { ...publicView(shadow), summary: await summarize(env.db.read, id) }
}

export async function listShadowPage(
  env: Env,
  query: { limit: number; cursor?: string | undefined; deployment?: string | undefined },
): Promise<Page<Shadow>> {
  const page = await listShadows(env.db.read, query)
  return { ...page, items: page.items.map(publicView) }
}

export async function shadowDifferences(env: Env, id: string, limit: number): Promise<{ items: Difference[] }> {
  await getStoredShadow(env, id)
  return { items: await listDifferences(env.db.read, id, limit) }
}

async function getStoredShadow(env: Env, id: string): Promise<StoredShadow> {
  const shadow = await findShadow(env.db.read, id)
  if (shadow === undefined) throw servingErrors.shadow_not_found({ id })
  return shadow
}

function publicView(shadow: StoredShadow): Shadow {
  const {
    deploymentId: _id,
    digest: _digest,
    cursorSeq: _seq,
    crashesInRow: _row,
    pausedUntil: _at,
    ...visible
  } = shadow
  return visible
}

function eventOf({ id, deployment, modelVersionId }: StoredShadow) {
  return { shadowId: id, deployment, modelVersionId }
}
