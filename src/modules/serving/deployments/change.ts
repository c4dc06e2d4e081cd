import type { Routing } from '../../../platform/inference/index.ts'
import { faultPoint } from '../../../platform/runtime/index.ts'
import { type DeploymentSettings, deploymentChanged, servingErrors } from '../model.ts'
import type { ServingTx } from '../tables.ts'
import { insertServed } from './history-store.ts'
import { type PlanEnv, syncPlan } from './live-plan.ts'
import {
  findDeployment,
  insertDeployment,
  type StoredDeployment,
  type StoredVariant,
  updateDeployment,
} from './store.ts'

/**
 * One change of what a deployment serves: written down first, then made live, then confirmed. Dying in between loses
 * nothing: `settle` finishes or takes back what was written. Changes run one at a time.
 */
export interface Change {
  readonly name: string
  readonly model: string
  readonly variants: readonly StoredVariant[]
  /** Absent: as it was. */
  readonly routing?: Routing | undefined
  readonly settings?: DeploymentSettings | undefined
  /** Written in the same transaction. */
  readonly also?: (tx: ServingTx) => Promise<void>
}

export async function changeDeployment(env: PlanEnv, change: Change): Promise<StoredDeployment> {
  await env.db.transaction((tx) => write(env, tx, change))
  faultPoint('serving.deployment.updated')
  return settle(env, change.name)
}

async function write(env: PlanEnv, tx: ServingTx, change: Change): Promise<void> {
  const now = env.platform.clock.now()
  const before = await findDeployment(tx.query, change.name)
  const state = change.variants.length === 0 ? 'waiting' : 'updating'
  const base = before ?? {
    id: env.platform.ids('dep'),
    name: change.name,
    model: change.model,
    holder: undefined,
    revision: 0,
    createdAt: now,
  }
  const next: StoredDeployment = {
    ...base,
    state,
    variants: change.variants,
    previousVariants: before?.previousVariants ?? before?.variants,
    problem: undefined,
    routing: change.routing ?? before?.routing,
    settings: change.settings ?? before?.settings,
    updatedAt: now,
  }
  if (before === undefined) await insertDeployment(tx.query, next)
  else await updateDeployment(tx.query, next)
  await change.also?.(tx)
  await announce(env, tx, next)
}

/**
 * Makes live what is written. When a model cannot be loaded, goes back to what was live and throws `data_plane_failed`;
 * when a worker cannot be reached, throws `data_plane_away` and leaves the change to be settled again.
 */
export async function settle(env: PlanEnv, name: string): Promise<StoredDeployment> {
  const outcome = await syncPlan(env, (text) => env.progress.set(name, text))
    .catch((cause) => {
      const problem = cause instanceof Error ? cause.message : String(cause)
      throw servingErrors.data_plane_away({ name, problem }, { cause })
    })
    .finally(() => env.progress.delete(name))
  const problem = outcome.failures.find((failure) => failure.deployment === name)?.problem
  const settled = await env.db.transaction((tx) => confirm(env, tx, name, problem))
  if (problem === undefined) return settled
  await syncPlan(env)
  throw servingErrors.data_plane_failed({ problem, logs: env.plane.logFolder.replace(/[^/]+$/, '') })
}

async function confirm(
  env: PlanEnv,
  tx: ServingTx,
  name: string,
  problem: string | undefined,
): Promise<StoredDeployment> {
  const current = await findDeployment(tx.query, name)
  if (current === undefined) throw servingErrors.deployment_not_found({ name })
  if (current.state !== 'updating') return current
  const base = { ...current, previousVariants: undefined, updatedAt: env.platform.clock.now() }
  const next: StoredDeployment =
    problem === undefined
      ? { ...base, state: 'ready', problem: undefined }
      : { ...base, state: 'failed', problem, variants: current.previousVariants ?? [] }
  await updateDeployment(tx.query, next)
  const served = current.previousVariants ?? []
  if (problem === undefined && served.length > 0)
    await insertServed(tx.query, { deploymentId: current.id, at: next.updatedAt, variants: served })
  if (problem !== undefined) await announce(env, tx, next)
  return { ...next, revision: next.revision + 1 }
}

async function announce(env: PlanEnv, tx: ServingTx, deployment: StoredDeployment): Promise<void> {
  const { id, name, model, variants } = deployment
  await env.platform.events.emit(tx, deploymentChanged, id, {
    deploymentId: id,
    deployment: name,
    model,
    variants: variants.map(({ digest: _digest, ...variant }) => variant),
  })
}
