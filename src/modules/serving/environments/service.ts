import type { Platform } from '../../../platform/platform.ts'
import { type Environments, type Requirements, withConverters } from '../../../platform/runtimes/index.ts'
import { listRunningConversions } from '../conversions/store.ts'
import { type DraftEnv, draftPlan } from '../deployments/plan-draft.ts'
import { servingErrors } from '../model.ts'
import { findModel } from '../models/stored-model.ts'
import { Duration } from '../replays/model.ts'
import type { ServingDb } from '../tables.ts'
import type { Environment, RemovedEnvironments, RemoveEnvironments } from './model.ts'

export interface EnvironmentsEnv extends DraftEnv {
  readonly platform: Platform
  readonly db: ServingDb
  readonly environments: Environments
  /** No plan is written while something is removed. */
  readonly planTurn: <T>(work: () => Promise<T>) => Promise<T>
}

/** The largest first. */
export async function listEnvironments(env: EnvironmentsEnv): Promise<{ items: Environment[] }> {
  const [built, needed] = await Promise.all([env.environments.list(), whoNeeds(env)])
  const items = built.map((each) => ({
    ...each,
    requirements: [...each.requirements],
    neededBy: [...(needed.get(each.name) ?? [])].sort(),
  }))
  return { items: items.sort((a, b) => b.sizeBytes - a.sizeBytes) }
}

/** What is removed is built again when a version needs it. Throws `environment_needed`, `environment_not_found`. */
export function removeEnvironments(env: EnvironmentsEnv, input: RemoveEnvironments): Promise<RemovedEnvironments> {
  return env.planTurn(async () => {
    const { items } = await listEnvironments(env)
    const chosen = choose(items, input, env.platform.clock.now())
    if (!input.dryRun) for (const { name } of chosen) await env.environments.remove(name)
    return {
      removed: chosen.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
      keptCount: items.length - chosen.length,
      freedBytes: chosen.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    }
  })
}

function choose(items: readonly Environment[], { name, unusedFor }: RemoveEnvironments, now: number): Environment[] {
  const age = unusedFor === undefined ? 0 : parseAge(unusedFor)
  if (name === undefined)
    return items.filter(({ neededBy, lastUsedAt }) => neededBy.length === 0 && now - lastUsedAt >= age)
  const found = items.find((each) => each.name === name)
  if (found === undefined) throw servingErrors.environment_not_found({ name })
  if (found.neededBy.length > 0) throw servingErrors.environment_needed({ name, by: found.neededBy.join(', ') })
  return now - found.lastUsedAt >= age ? [found] : []
}

function parseAge(text: string): number {
  const parsed = Duration.safeParse(text)
  if (!parsed.success) throw servingErrors.duration_invalid({ text })
  return parsed.data
}

/** By name of an environment. */
async function whoNeeds(env: EnvironmentsEnv): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const needed = new Map<string, Set<string>>()
  const note = async (requirements: Requirements, by: string) => {
    const name = await env.environments.nameOf(requirements).catch(() => undefined)
    if (name !== undefined) needed.set(name, (needed.get(name) ?? new Set()).add(by))
  }
  const { deployments } = await draftPlan(env)
  for (const { name, variants, standby } of deployments)
    for (const { digest } of [...variants, ...standby])
      for (const requirements of await requirementsOf(env, digest)) await note(requirements, name)
  for (const { id, digest } of await listRunningConversions(env.db.read)) {
    const runtime = (await findModel(env.db.read, digest))?.runtime
    if (runtime?.kind !== 'python') continue
    await note(runtime.requirements, id)
    await note(withConverters(runtime.requirements), id)
  }
  return needed
}

/** Of a model, or of the models of a graph; one that is served as ONNX has none. */
async function requirementsOf(env: EnvironmentsEnv, digest: string): Promise<Requirements[]> {
  const model = await findModel(env.db.read, digest)
  const runtime = model?.runtime
  if (runtime?.kind === 'graph') {
    const models = runtime.nodes.flatMap(({ runs }) => ('digest' in runs ? [runs.digest] : []))
    return (await Promise.all(models.map((each) => requirementsOf(env, each)))).flat()
  }
  if (runtime?.kind !== 'python' || model?.onnxForm !== undefined) return []
  return [runtime.requirements]
}
