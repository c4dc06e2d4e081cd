import { readFile, rename, writeFile } from 'node:fs/promises'
import type { Routing } from './route.ts'
import type { ModelSource } from './runtime.ts'
import type { SplitRange } from './split.ts'

/**
 * What the workers shall serve, whole: they are pure followers of this file. Written by rename, so a reader sees an old
 * or a new plan and never half of one; versions only grow.
 */
export interface Plan {
  readonly version: number
  readonly deployments: readonly PlanDeployment[]
}

export interface PlanDeployment {
  /** The model name in every protocol. */
  readonly name: string
  /** Keeps the sticky split of one deployment, and of one experiment, independent of another's. */
  readonly salt: string
  /** Who owns which part of the split; absent: as the weights alone say it. */
  readonly ranges?: readonly SplitRange[] | undefined
  /** Who goes where before the weights are asked; absent: everyone by weight. */
  readonly routing?: Routing | undefined
  readonly settings?: DeploymentSettings | undefined
  /** Empty when nothing is deployed yet. */
  readonly variants: readonly PlanVariant[]
  /** Loaded but without requests, so that going back to them takes no loading. */
  readonly standby?: readonly PlanVariant[] | undefined
}

/** How a deployment is served, whichever versions are live. */
export interface DeploymentSettings {
  /** Percent of the predictions that are recorded; the others are only counted. Default: all. */
  readonly capture?: number | undefined
  /** Bytes of answers that each worker keeps, to give them again to equal requests. Default: none. */
  readonly cacheBytes?: number | undefined
  /** Requests waiting for one version in one worker beyond which new ones are refused; at most what the server allows. */
  readonly maxPending?: number | undefined
  /** A request that waited longer for its turn is refused, not run. Default: as long as its client waits. */
  readonly queueTimeoutMs?: number | undefined
  /** Rows of waiting requests that share one run; setting it declares that they may. Default: the server's most where that is proved. */
  readonly maxBatchRows?: number | undefined
  /** A model that nobody asked for this long is released, and loaded by the next request. Default: it stays. */
  readonly unloadAfterMs?: number | undefined
}

export interface PlanVariant extends ModelSource {
  readonly name: string
  readonly modelVersionId: string
  /** Registry version number, as text: what protocols call the model version. */
  readonly version: string
  /** Percent. */
  readonly weight: number
  /** Content digest of the model: one loaded session per digest. */
  readonly digest: string
}

export const emptyPlan: Plan = { version: 0, deployments: [] }

/** Every model file the workers shall hold, those that only wait included. */
export function modelsOf(plan: Plan): PlanVariant[] {
  return plan.deployments.flatMap(({ variants, standby = [] }) => [...variants, ...standby])
}

/** How long each model may be idle before it is released; one that any deployment wants to stay is not named. */
export function idleLimits({ deployments }: Plan): ReadonlyMap<string, number> {
  const limits = new Map<string, number>()
  for (const { variants, standby = [], settings } of deployments)
    for (const { digest } of [...variants, ...standby])
      limits.set(digest, Math.max(limits.get(digest) ?? 0, settings?.unloadAfterMs ?? Number.POSITIVE_INFINITY))
  return new Map([...limits].filter(([, ms]) => Number.isFinite(ms)))
}

export async function writePlan(path: string, plan: Plan): Promise<void> {
  const staged = `${path}.next`
  await writeFile(staged, JSON.stringify(plan))
  await rename(staged, path)
}

/** Undefined when none was ever written. */
export async function readPlan(path: string): Promise<Plan | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Plan
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
