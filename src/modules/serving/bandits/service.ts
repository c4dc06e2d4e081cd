import type { Page } from '../../../kernel/paging.ts'
import type { DeploymentEnv } from '../deployments/env.ts'
import { giveDeploymentBack, refuseWhileHeld, takeDeployment } from '../deployments/holder.ts'
import { changeExisting, resolveVariants } from '../deployments/service.ts'
import { servingErrors } from '../model.ts'
import { lastSeq } from '../predictions/store.ts'
import { collectFromStart, takeRewardTurn } from '../rewards/collect.ts'
import { sumRewards } from '../rewards/store.ts'
import type { ServingTx } from '../tables.ts'
import { reweighBandit } from './jobs.ts'
import { type Bandit, banditStarted, banditStopped, type StartBandit } from './model.ts'
import {
  findBandit,
  insertBandit,
  listBandits,
  markBanditCollecting,
  type StoredBandit,
  updateBandit,
} from './store.ts'
import { weigh } from './weigh.ts'

export interface BanditEnv extends DeploymentEnv {
  readonly catchUp: () => Promise<void>
}

const keptWeighings = 500
/**
 * Keys that a bandit judges by. One whose rewards change must find that out, and with the mean of all time it would do so
 * ever more slowly: Trovò, Paladino, Restelli, Gatti: Sliding-window Thompson sampling for non-stationary settings, JAIR 68,
 * 2020.
 */
export const newestRewards = 20_000
/** Percent by which a weight must move before the workers are told: less is noise of the draws. */
const smallestMove = 1

export async function startBandit(env: BanditEnv, input: StartBandit): Promise<Bandit> {
  const id = env.platform.ids('bnd')
  await changeExisting(env, input.deployment, async (deployment) => {
    refuseWhileHeld(env, deployment)
    const names = input.variants.map(({ name }) => name)
    if (new Set(names).size < names.length)
      throw servingErrors.variants_invalid({ names: names.join(', '), problem: 'two have the same name' })
    const equal = { weight: 100 / names.length }
    const variants = await resolveVariants(
      env,
      deployment,
      input.variants.map((each) => ({ ...each, ...equal })),
    )
    await env.catchUp()
    const { deployment: _name, variants: _variants, ...settings } = input
    const bandit: StoredBandit = {
      ...settings,
      id,
      deploymentId: deployment.id,
      deployment: deployment.name,
      state: 'running',
      isCollecting: true,
      variants,
      history: [],
      startedSeq: await lastSeq(env.db.read, deployment.name),
      startedAt: env.platform.clock.now(),
    }
    return {
      variants,
      also: async (tx) => {
        await takeDeployment(env, tx.query, deployment, { kind: 'bandit', id: bandit.id })
        await insertBandit(tx.query, bandit)
        await env.platform.events.emit(tx, banditStarted, bandit.id, eventOf(bandit))
        await reweighLater(env, tx, bandit)
      },
    }
  })
  return getBandit(env, id)
}

/** One look by the job. The weights and the next look are written together. */
export async function reweighOnce(env: BanditEnv, id: string): Promise<void> {
  await env.catchUp()
  const known = await findBandit(env.db.read, id)
  if (known?.state !== 'running') return
  if (!known.isCollecting) await beginCollecting(env, known)
  const sums = await sumRewards(env.db.read, id, newestRewards)
  await changeExisting(env, known.deployment, async (deployment) => {
    const bandit = await findBandit(env.db.read, id)
    if (bandit?.state !== 'running') return undefined
    const now = env.platform.clock.now()
    const weighing = weigh(bandit, sums, now)
    const next = { ...bandit, history: [...bandit.history, weighing].slice(-keptWeighings) }
    const record = async (tx: ServingTx) => {
      await updateBandit(tx.query, next)
      await reweighLater(env, tx, bandit)
    }
    const weightOf = (name: string) => weighing.arms.find(({ variant }) => variant === name)?.weight ?? 0
    const hasMoved = deployment.variants.some(({ name, weight }) => Math.abs(weightOf(name) - weight) >= smallestMove)
    if (hasMoved) {
      const variants = deployment.variants.map((variant) => ({ ...variant, weight: weightOf(variant.name) }))
      return { variants, also: record }
    }
    await env.db.transaction(record)
    return undefined
  })
}

function beginCollecting(env: BanditEnv, bandit: StoredBandit): Promise<void> {
  return env.db.transaction(async (tx) => {
    await takeRewardTurn(tx)
    await collectFromStart(tx, bandit)
    await markBanditCollecting(tx.query, bandit.id)
  })
}

async function reweighLater(env: BanditEnv, tx: ServingTx, { id, intervalMs }: StoredBandit): Promise<void> {
  const at = env.platform.clock.now() + intervalMs
  await env.platform.jobs.enqueue(tx, reweighBandit, { banditId: id }, { dedupe: id, at })
}

/** The weights stay as they are. */
export async function stopBandit(env: BanditEnv, id: string): Promise<Bandit> {
  const { deployment } = await getStoredBandit(env, id)
  return env.turnOf(deployment, async () => {
    const bandit = await getStoredBandit(env, id)
    if (bandit.state !== 'running') return publicView(bandit)
    const stopped: StoredBandit = { ...bandit, state: 'stopped', endedAt: env.platform.clock.now() }
    await env.db.transaction(async (tx) => {
      if (!(await updateBandit(tx.query, stopped))) return
      await giveDeploymentBack(tx.query, id)
      await env.platform.events.emit(tx, banditStopped, id, eventOf(stopped))
    })
    return publicView(stopped)
  })
}

export async function getBandit(env: BanditEnv, id: string): Promise<Bandit> {
  return publicView(await getStoredBandit(env, id))
}

export async function listBanditPage(
  env: BanditEnv,
  query: { limit: number; cursor?: string | undefined; deployment?: string | undefined },
): Promise<Page<Bandit>> {
  const page = await listBandits(env.db.read, query)
  return { ...page, items: page.items.map(publicView) }
}

async function getStoredBandit(env: BanditEnv, id: string): Promise<StoredBandit> {
  const bandit = await findBandit(env.db.read, id)
  if (bandit === undefined) throw servingErrors.bandit_not_found({ id })
  return bandit
}

function publicView({ deploymentId: _id, startedSeq: _seq, isCollecting: _is, ...bandit }: StoredBandit): Bandit {
  return { ...bandit, variants: bandit.variants.map(({ digest: _digest, ...variant }) => variant) }
}

function eventOf({ id, deployment }: StoredBandit) {
  return { banditId: id, deployment }
}
