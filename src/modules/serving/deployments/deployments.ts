import type { ServingContext } from '../context.ts'
import type { DeploymentControl, DeploymentsService } from '../service.ts'
import type { ServingTables } from '../tables.ts'
import { giveDeploymentBack, refuseWhileHeld, takeDeployment } from './holder.ts'
import { syncPlan } from './live-plan.ts'
import { prepareReference } from './prepare.ts'
import {
  applyDeployment,
  changeExisting,
  getStored,
  listPage,
  removeDeployment,
  resolveVariants,
  settled,
  splitDeployment,
  toDeployment,
} from './service.ts'
import { findDeployment, listAllDeployments } from './store.ts'
import { configureDeployment, rollBackDeployment, routeDeployment, stageVersion, switchDeployment } from './switch.ts'

export function createDeployments(ctx: () => ServingContext): Omit<DeploymentsService, 'packageDeployment'> {
  return {
    applyDeployment: (input) => applyDeployment(ctx(), input),
    splitDeployment: (input) => splitDeployment(ctx(), input),
    rollBackDeployment: (nameOrId) => rollBackDeployment(ctx(), nameOrId),
    stageVersion: (input) => stageVersion(ctx(), input),
    switchDeployment: (nameOrId) => switchDeployment(ctx(), nameOrId),
    routeDeployment: (input) => routeDeployment(ctx(), input),
    configureDeployment: (input) => configureDeployment(ctx(), input),
    getDeployment: async (nameOrId) => toDeployment(ctx(), await getStored(ctx(), nameOrId)),
    findDeployment: async (nameOrId) => {
      const found = await findDeployment(ctx().db.read, nameOrId)
      return found === undefined ? undefined : toDeployment(ctx(), found)
    },
    listDeployments: (query) => listPage(ctx(), query),
    deleteDeployment: (nameOrId) => removeDeployment(ctx(), nameOrId),
    traffic: async ({ name: nameOrId, from, to }) => {
      const { name } = await getStored(ctx(), nameOrId)
      return ctx().predictions.traffic({ deployment: name, from, to })
    },
  }
}

export function createDeploymentControl(ctx: () => ServingContext, told: ServingContext['told']): DeploymentControl {
  return {
    getStored: (nameOrId) => getStored(ctx(), nameOrId),
    listStored: () => listAllDeployments(ctx().db.read),
    settled: async (nameOrId) => settled(ctx(), await getStored(ctx(), nameOrId)),
    turnOf: (name, work) => ctx().turnOf(name, work),
    changeExisting: (nameOrId, decide) => changeExisting(ctx(), nameOrId, decide),
    prepareReference: (nameOrId, ref) => prepareReference(ctx(), nameOrId, ref),
    resolveVariants: (deployment, given) => resolveVariants(ctx(), deployment, given),
    letGo: (kind, how) => {
      told.holders.set(kind, how)
    },
    refuseWhileHeld: (deployment) => refuseWhileHeld(told, deployment),
    takeDeployment: (tx, deployment, holder) =>
      takeDeployment(told, tx.typed<ServingTables>().query, deployment, holder),
    giveDeploymentBack: (tx, holderId) => giveDeploymentBack(tx.typed<ServingTables>().query, holderId),
    reload: (digest) => reload(ctx(), digest),
    logsOfWorkers: () => ctx().plane.logFolder.replace(/[^/]+$/, ''),
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
