import { currentActor } from '../../../kernel/actor.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { Routing } from '../../../platform/inference/index.ts'
import { faultPoint } from '../../../platform/runtime/index.ts'
import type { ServingContext } from '../context.ts'
import { type DeploymentSettings, deploymentChanged, servingErrors } from '../model.ts'
import type { ServingTx } from '../tables.ts'
import { insertServed } from './history-store.ts'
import { syncPlan } from './live-plan.ts'
import { splitAfter } from './split.ts'
import {
  findDeployment,
  insertDeployment,
  type StoredDeployment,
  type StoredVariant,
  updateDeployment,
} from './store.ts'

/**
 * One change of what a deployment serves: decided and written in the turn of the deployment, then made live outside of it,
 * then confirmed. Dying in between loses nothing: `settleDeployment` finishes or takes back what was written. A change
 * that comes while models load is written over the one that waits for them.
 */
export interface Change {
  readonly model: string
  readonly variants: readonly StoredVariant[]
  /** Absent: as it was. */
  readonly routing?: Routing | undefined
  readonly settings?: DeploymentSettings | undefined
  /** Deals the keys anew, for an experiment. Absent: the fewest move. */
  readonly salt?: string
  /** The way back, which is loaded: other hosts take it when they hear of it, and are not waited for. */
  readonly isWayBack?: boolean
  /** Written in the same transaction. */
  readonly also?: (tx: Tx) => Promise<void>
}

/** What `decide` says of the deployment of this name as it is in its turn; nothing is changed where that is undefined. */
export async function changeDeployment(
  env: ServingContext,
  name: string,
  decide: (current: StoredDeployment | undefined) => Promise<Change | undefined>,
): Promise<StoredDeployment | undefined> {
  const { current, change } = await env.turnOf(name, async () => {
    const before = await findDeployment(env.db.read, name)
    const decided = await decide(before)
    if (decided === undefined) return { current: before, change: undefined }
    const written = await env.db.transaction((tx) => write(env, tx, name, decided))
    env.unproven.set(name, written.revision)
    return { current: written, change: decided }
  })
  if (change === undefined) return current
  faultPoint('serving.deployment.updated')
  return makeLive(env, current, change.isWayBack !== true)
}

/** Finishes a change that was written. */
export function settleDeployment(env: ServingContext, deployment: StoredDeployment): Promise<StoredDeployment> {
  return makeLive(env, deployment, true)
}

async function write(env: ServingContext, tx: ServingTx, name: string, change: Change): Promise<StoredDeployment> {
  const now = env.platform.clock.now()
  const before = await findDeployment(tx.query, name)
  const base = before ?? {
    id: env.platform.ids('dep'),
    name,
    model: change.model,
    holder: undefined,
    revision: 0,
    createdAt: now,
  }
  const next: StoredDeployment = {
    ...base,
    state: change.variants.length === 0 ? 'waiting' : 'updating',
    variants: change.variants,
    previousVariants: before?.previousVariants ?? before?.variants,
    split: splitAfter({ name, variants: before?.variants ?? [], split: before?.split }, change),
    previousSplit: before?.previousVariants === undefined ? before?.split : before.previousSplit,
    problem: undefined,
    routing: change.routing ?? before?.routing,
    settings: change.settings ?? before?.settings,
    changedBy: currentActor(),
    updatedAt: now,
  }
  if (before === undefined) await insertDeployment(tx.query, next)
  else await updateDeployment(tx.query, next)
  await change.also?.(tx)
  await announce(env, tx, next)
  return before === undefined ? next : { ...next, revision: next.revision + 1 }
}

/**
 * When a model cannot be loaded, goes back to what was live and throws `data_plane_failed`; when a worker cannot be
 * reached, throws `data_plane_away` and leaves the change to be settled again. Follows a change that was written over it.
 */
async function makeLive(
  env: ServingContext,
  { name, revision }: StoredDeployment,
  isFleetAwaited: boolean,
): Promise<StoredDeployment> {
  const outcome = await syncPlan(env, {
    until: [name],
    isFleetAwaited,
    onProven: () => {
      if (env.unproven.get(name) === revision) env.unproven.delete(name)
    },
    onProgress: (text) => env.progress.set(name, text),
  })
    .catch((cause) => {
      const problem = cause instanceof Error ? cause.message : String(cause)
      throw servingErrors.data_plane_away({ name, problem }, { cause })
    })
    .finally(() => env.progress.delete(name))
  const problem = outcome.failures.find((failure) => failure.deployment === name)?.problem
  const settled = await env.turnOf(name, () =>
    env.db.transaction((tx) => confirm(env, tx, { name, revision, problem })),
  )
  if (settled.isOvertaken && settled.deployment.state === 'updating')
    return makeLive(env, settled.deployment, isFleetAwaited)
  if (problem === undefined || settled.isOvertaken) return settled.deployment
  env.unproven.delete(name)
  // Hosts that had it before it failed on another are waited for, too: the caller is told that all is as it was.
  await syncPlan(env, { until: [name], isFleetAwaited })
  throw servingErrors.data_plane_failed({ problem, logs: env.plane.logFolder.replace(/[^/]+$/, '') })
}

interface Settled {
  readonly deployment: StoredDeployment
  /** It was changed again, or somebody else has confirmed it. */
  readonly isOvertaken: boolean
}

async function confirm(
  env: ServingContext,
  tx: ServingTx,
  change: { readonly name: string; readonly revision: number; readonly problem: string | undefined },
): Promise<Settled> {
  const { name, problem } = change
  const current = await findDeployment(tx.query, name)
  if (current === undefined) throw servingErrors.deployment_not_found({ name })
  if (current.state !== 'updating' || current.revision !== change.revision)
    return { deployment: current, isOvertaken: true }
  const base = {
    ...current,
    previousVariants: undefined,
    previousSplit: undefined,
    updatedAt: env.platform.clock.now(),
  }
  const next: StoredDeployment =
    problem === undefined
      ? { ...base, state: 'ready', problem: undefined }
      : { ...base, state: 'failed', problem, variants: current.previousVariants ?? [], split: current.previousSplit }
  await updateDeployment(tx.query, next)
  const served = current.previousVariants ?? []
  if (problem === undefined && served.length > 0)
    await insertServed(tx.query, {
      deploymentId: current.id,
      at: next.updatedAt,
      variants: served,
      actor: current.changedBy,
    })
  if (problem !== undefined) await announce(env, tx, next)
  return { deployment: { ...next, revision: next.revision + 1 }, isOvertaken: false }
}

async function announce(env: ServingContext, tx: ServingTx, deployment: StoredDeployment): Promise<void> {
  const { id, name, model, variants } = deployment
  await env.platform.events.emit(tx, deploymentChanged, id, {
    deploymentId: id,
    deployment: name,
    model,
    variants: variants.map(({ digest: _digest, ...variant }) => variant),
  })
}
