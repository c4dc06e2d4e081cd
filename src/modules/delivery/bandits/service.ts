import type { Page } from '../../../kernel/paging.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { DeliveryContext } from '../context.ts'
import { deliveryErrors } from '../model.ts'
import { collectFromStart, takeRewardTurn } from '../rewards/collect.ts'
import { sumRewards } from '../rewards/store.ts'
import type { PageOf } from '../service.ts'
import type { DeliveryTables, DeliveryTx } from '../tables.ts'
import { reweighBandit } from './jobs.ts'
import { type Bandit, banditStarted, banditStopped, type StartBandit } from './model.ts'
import { bandits, type StoredBandit } from './store.ts'
import { weigh } from './weigh.ts'

const keptWeighings = 500
/**
 * Keys that a bandit judges by. One whose rewards change must find that out, and with the mean of all time it would do so
 * ever more slowly: Trovò, Paladino, Restelli, Gatti: Sliding-window Thompson sampling for non-stationary settings, JAIR 68,
 * 2020.
 */
export const newestRewards = 20_000
/** Percent by which a weight must move before the workers are told: less is noise of the draws. */
const smallestMove = 1

/** Bandits: a split whose weights follow the rewards. */
export function createBandits(ctx: DeliveryContext) {
  async function startBandit(input: StartBandit): Promise<Bandit> {
    const id = ctx.platform.ids('bnd')
    await ctx.serving.changeExisting(input.deployment, async (deployment) => {
      ctx.serving.refuseWhileHeld(deployment)
      const names = input.variants.map(({ name }) => name)
      if (new Set(names).size < names.length)
        throw deliveryErrors.variants_invalid({ names: names.join(', '), problem: 'two have the same name' })
      const equal = { weight: 100 / names.length }
      const variants = await ctx.serving.resolveVariants(
        deployment,
        input.variants.map((each) => ({ ...each, ...equal })),
      )
      await ctx.predictions.catchUp()
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
        startedSeq: await ctx.predictions.lastSeq(deployment.name),
        startedAt: ctx.platform.clock.now(),
      }
      return {
        variants,
        salt: id,
        also: async (outer) => {
          const tx = outer.typed<DeliveryTables>()
          await ctx.serving.takeDeployment(tx, deployment, { kind: 'bandit', id: bandit.id })
          await bandits.insert(tx.query, bandit)
          await ctx.platform.events.emit(tx, banditStarted, bandit.id, eventOf(bandit))
          await reweighLater(tx, bandit)
        },
      }
    })
    return getBandit(id)
  }

  /** One look by the job. The weights and the next look are written together. */
  async function reweighOnce(id: string): Promise<void> {
    await ctx.predictions.catchUp()
    const known = await bandits.find(ctx.db.read, { id })
    if (known?.state !== 'running') return
    if (!known.isCollecting) await beginCollecting(known)
    const sums = await sumRewards(ctx.db.read, id, newestRewards)
    await ctx.serving.changeExisting(known.deployment, async (deployment) => {
      const bandit = await bandits.find(ctx.db.read, { id })
      if (bandit?.state !== 'running') return undefined
      const now = ctx.platform.clock.now()
      const weighing = weigh(bandit, sums, now)
      const history = [...bandit.history, weighing].slice(-keptWeighings)
      const record = async (outer: Tx) => {
        const tx = outer.typed<DeliveryTables>()
        await bandits.change(tx.query, { id, endedAt: null }, { history })
        await reweighLater(tx, bandit)
      }
      const weightOf = (name: string) => weighing.arms.find(({ variant }) => variant === name)?.weight ?? 0
      const hasMoved = deployment.variants.some(({ name, weight }) => Math.abs(weightOf(name) - weight) >= smallestMove)
      if (hasMoved) {
        const variants = deployment.variants.map((variant) => ({ ...variant, weight: weightOf(variant.name) }))
        return { variants, also: record }
      }
      await ctx.db.transaction(record)
      return undefined
    })
  }

  function beginCollecting(bandit: StoredBandit): Promise<void> {
    return ctx.db.transaction(async (tx) => {
      await takeRewardTurn(tx)
      await collectFromStart(tx, bandit)
      await bandits.change(tx.query, { id: bandit.id }, { isCollecting: true })
    })
  }

  async function reweighLater(tx: DeliveryTx, { id, intervalMs }: StoredBandit): Promise<void> {
    const at = ctx.platform.clock.now() + intervalMs
    await ctx.platform.jobs.enqueue(tx, reweighBandit, { banditId: id }, { dedupe: id, at })
  }

  /** The weights stay as they are. */
  async function stopBandit(id: string): Promise<Bandit> {
    const { deployment } = await getStoredBandit(id)
    return ctx.serving.turnOf(deployment, async () => {
      const bandit = await getStoredBandit(id)
      if (bandit.state !== 'running') return publicView(bandit)
      const stopped: StoredBandit = { ...bandit, state: 'stopped', endedAt: ctx.platform.clock.now() }
      await ctx.db.transaction(async (tx) => {
        if (!(await bandits.change(tx.query, { id, endedAt: null }, { state: 'stopped', endedAt: stopped.endedAt })))
          return
        await ctx.serving.giveDeploymentBack(tx, id)
        await ctx.platform.events.emit(tx, banditStopped, id, eventOf(stopped))
      })
      return publicView(stopped)
    })
  }

  async function getBandit(id: string): Promise<Bandit> {
    return publicView(await getStoredBandit(id))
  }

  async function listBandits({ deployment, ...query }: PageOf): Promise<Page<Bandit>> {
    const page = await bandits.page(ctx.db.read, query, { deployment })
    return { ...page, items: page.items.map(publicView) }
  }

  async function getStoredBandit(id: string): Promise<StoredBandit> {
    const bandit = await bandits.find(ctx.db.read, { id })
    if (bandit === undefined) throw deliveryErrors.bandit_not_found({ id })
    return bandit
  }

  return { startBandit, getBandit, listBandits, stopBandit, reweighOnce }
}

function publicView({ deploymentId: _id, startedSeq: _seq, isCollecting: _is, ...bandit }: StoredBandit): Bandit {
  return { ...bandit, variants: bandit.variants.map(({ digest: _digest, ...variant }) => variant) }
}

function eventOf({ id, deployment }: StoredBandit) {
  return { banditId: id, deployment }
}
