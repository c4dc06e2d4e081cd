import type { ServingContext } from '../context.ts'
import type { DeploymentControl } from '../service.ts'
import type { ServingTables } from '../tables.ts'
import { giveDeploymentBack, refuseWhileHeld, takeDeployment } from './holder.ts'
import { syncPlan } from './live-plan.ts'
import { prepareReference } from './prepare.ts'
import { changeExisting, getStored, resolveVariants, settled } from './service.ts'
import { listAllDeployments } from './store.ts'

export function createDeploymentControl(ctx: ServingContext): DeploymentControl {
  const { told } = ctx
  return {
    getStored: (nameOrId) => getStored(ctx, nameOrId),
    listStored: () => listAllDeployments(ctx.db.read),
    settled: async (nameOrId) => settled(ctx, await getStored(ctx, nameOrId)),
    turnOf: (name, work) => ctx.turnOf(name, work),
    changeExisting: (nameOrId, decide) => changeExisting(ctx, nameOrId, decide),
    prepareReference: (nameOrId, ref) => prepareReference(ctx, nameOrId, ref),
    resolveVariants: (deployment, given) => resolveVariants(ctx, deployment, given),
    letGo: (kind, how) => {
      told.holders.set(kind, how)
    },
    refuseWhileHeld: (deployment) => refuseWhileHeld(told, deployment),
    takeDeployment: (tx, deployment, holder) =>
      takeDeployment(told, tx.typed<ServingTables>().query, deployment, holder),
    giveDeploymentBack: (tx, holderId) => giveDeploymentBack(tx.typed<ServingTables>().query, holderId),
    reload: (digest) => reload(ctx, digest),
    logsOfWorkers: () => ctx.plane.logFolder.replace(/[^/]+$/, ''),
    onDeletion: (listener) => {
      told.deletions.push(listener)
    },
    needEnvironments: (needs) => {
      told.environmentNeeds.push(needs)
    },
  }
}

async function reload(ctx: ServingContext, digest: string): Promise<string | undefined> {
  const deployments = await listAllDeployments(ctx.db.read)
  const until = deployments
    .filter(({ variants }) => variants.some((variant) => variant.digest === digest))
    .map(({ name }) => name)
  if (until.length === 0) return undefined
  const { failures } = await syncPlan(ctx, { until, isFleetAwaited: true })
  return failures.find(({ deployment }) => until.includes(deployment))?.problem
}
