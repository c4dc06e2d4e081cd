import type { ServingContext } from '../context.ts'
import { servingErrors } from '../model.ts'
import type { Change } from './change.ts'
import { findPrevious } from './history-store.ts'
import { kindOf, refuseWhileHeld } from './holder.ts'
import type { ConfigureDeployment, Deployment, RouteDeployment, StageVersion } from './model.ts'
import { prepareReference } from './prepare.ts'
import { fullRef } from './reference.ts'
import { changeExisting, getStored, toDeployment } from './service.ts'
import type { StoredDeployment } from './store.ts'

/** Moves that take no loading: back to what was live, between two versions that stand side by side, the rules, and the settings. */
export function createSwitches(env: ServingContext) {
  /** The version that had all requests before takes them again. What decides on the versions is ended; that may be the way back. */
  async function rollBackDeployment(nameOrId: string): Promise<Deployment> {
    const { name, holder } = await getStored(env, nameOrId)
    if (holder !== undefined) {
      const { isBack } = await kindOf(env.told.holders, holder).letGo(holder.id)
      if (isBack) return toDeployment(env, await getStored(env, name))
    }
    return change(env, name, async (deployment) => {
      const previous = await findPrevious(env.db.read, deployment)
      if (previous === undefined) throw servingErrors.deployment_no_previous({ name })
      return { variants: [previous], isWayBack: true }
    })
  }

  /** Blue/green, first act: a version stands loaded beside the live one, without requests but for rules and pinned ones. */
  async function stageVersion({ name, ref }: StageVersion): Promise<Deployment> {
    await prepareReference(env, name, ref)
    return change(env, name, async (deployment) => {
      refuseWhileHeld(env.told, deployment)
      const live = deployment.variants.find((variant) => variant.weight === 100)
      if (live === undefined)
        throw servingErrors.deployment_not_single({ name: deployment.name, count: deployment.variants.length })
      const version = await env.registry.resolve(fullRef(deployment.model, ref))
      if (version.id === live.modelVersionId) return undefined
      return { variants: [live, await env.servables.toServable(version, { weight: 0 })] }
    })
  }

  /** Blue/green, second act: the staged version takes all requests, the other stays loaded; again turns it around. */
  function switchDeployment(name: string): Promise<Deployment> {
    return change(env, name, async (deployment) => {
      refuseWhileHeld(env.told, deployment)
      const staged = deployment.variants.find((variant) => variant.weight === 0)
      const live = deployment.variants.find((variant) => variant.weight === 100)
      if (staged === undefined || live === undefined)
        throw servingErrors.deployment_not_staged({ name: deployment.name })
      const variants = [
        { ...staged, weight: 100 },
        { ...live, weight: 0 },
      ]
      return { variants }
    })
  }

  /** Replaces the rules; the weights stay. */
  function routeDeployment({ name, ...routing }: RouteDeployment): Promise<Deployment> {
    return change(env, name, async ({ variants }) => ({ variants, routing }))
  }

  /** Replaces the settings; what is left out is the default again. */
  function configureDeployment({ name, ...settings }: ConfigureDeployment): Promise<Deployment> {
    return change(env, name, async ({ variants }) => ({ variants, settings }))
  }

  return { rollBackDeployment, stageVersion, switchDeployment, routeDeployment, configureDeployment }
}

/** Changes one that exists. */
async function change(
  env: ServingContext,
  nameOrId: string,
  decide: (deployment: StoredDeployment) => Promise<Omit<Change, 'model'> | undefined>,
): Promise<Deployment> {
  return toDeployment(env, await changeExisting(env, nameOrId, decide))
}
