import type { Page, PageQuery } from '../../../kernel/paging.ts'
import type { DeploymentTraffic } from '../../predictions/index.ts'
import type { ServingContext } from '../context.ts'
import { deploymentDeleted, servingErrors } from '../model.ts'
import { changeDeployment } from './change.ts'
import { refuseWhileHeld } from './holder.ts'
import { syncPlan } from './live-plan.ts'
import { type ApplyDeployment, checkSplit, type Deployment, type SplitDeployment, type TrafficQuery } from './model.ts'
import { prepareReference } from './prepare.ts'
import {
  changeExisting,
  getStored,
  isServing,
  prepareTarget,
  resolveTarget,
  resolveVariants,
  settled,
  toDeployment,
  toDeployments,
} from './service.ts'
import * as store from './store.ts'

/** Deployments: what the caller wants is resolved and checked first, then changed (see change.ts). */
export function createDeployments(env: ServingContext) {
  async function applyDeployment(input: ApplyDeployment): Promise<Deployment> {
    await prepareTarget(env, input)
    const { name } = (await store.findDeployment(env.db.read, input.name)) ?? input
    const applied = await changeDeployment(env, name, async (existing) => {
      const { model, isExplicit, version } = await resolveTarget(env.registry, input, existing)
      if (existing !== undefined && existing.model !== model)
        throw servingErrors.deployment_model_differs({ name, model: existing.model, given: model })
      if (existing !== undefined && (!isExplicit || isServing(existing, version))) return undefined
      if (existing !== undefined) refuseWhileHeld(env.told, existing)
      return {
        model,
        variants: version === undefined ? [] : [await env.servables.toServable(version, { weight: 100 })],
      }
    })
    if (applied === undefined) throw servingErrors.deployment_not_found({ name })
    return toDeployment(env, await settled(env, applied))
  }

  async function splitDeployment(input: SplitDeployment): Promise<Deployment> {
    for (const { ref } of input.variants) await prepareReference(env, input.name, ref)
    const split = await changeExisting(env, input.name, async (existing) => {
      checkSplit(input.variants)
      refuseWhileHeld(env.told, existing)
      return { variants: await resolveVariants(env, existing, input.variants) }
    })
    return toDeployment(env, split)
  }

  async function getDeployment(nameOrId: string): Promise<Deployment> {
    return toDeployment(env, await getStored(env, nameOrId))
  }

  async function findDeployment(nameOrId: string): Promise<Deployment | undefined> {
    const found = await store.findDeployment(env.db.read, nameOrId)
    return found === undefined ? undefined : toDeployment(env, found)
  }

  async function listDeployments(query: PageQuery): Promise<Page<Deployment>> {
    const page = await store.listDeployments(env.db.read, query)
    return { ...page, items: await toDeployments(env, page.items) }
  }

  async function deleteDeployment(nameOrId: string): Promise<void> {
    const { name } = await getStored(env, nameOrId)
    await env.turnOf(name, async () => {
      const deployment = await getStored(env, name)
      refuseWhileHeld(env.told, deployment)
      await env.db.transaction(async (tx) => {
        await store.deleteDeployment(tx.query, deployment.id)
        for (const listener of env.told.deletions) await listener(tx, deployment.name)
        const payload = { deploymentId: deployment.id, deployment: deployment.name }
        await env.platform.events.emit(tx, deploymentDeleted, deployment.id, payload)
      })
    })
    await syncPlan(env, { until: [name], isFleetAwaited: false })
  }

  async function traffic({ name: nameOrId, ...range }: TrafficQuery): Promise<DeploymentTraffic> {
    const { name } = await getStored(env, nameOrId)
    return env.predictions.traffic({ deployment: name, ...range })
  }

  return {
    applyDeployment,
    splitDeployment,
    getDeployment,
    findDeployment,
    listDeployments,
    deleteDeployment,
    traffic,
  }
}
