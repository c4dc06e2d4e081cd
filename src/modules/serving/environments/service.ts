import type { Requirements } from '../../../platform/runtimes/index.ts'
import type { ServingContext } from '../context.ts'
import { draftPlan } from '../deployments/plan-draft.ts'
import { readDuration } from '../duration.ts'
import { servingErrors } from '../model.ts'
import type { Environment, RemovedEnvironments, RemoveEnvironments } from './model.ts'

/** Python environments of this host. */
export function createEnvironmentList(env: ServingContext) {
  /** The largest first. */
  async function listEnvironments(): Promise<{ items: Environment[] }> {
    const [built, needed] = await Promise.all([env.servables.environments().list(), whoNeeds(env)])
    const items = built.map((each) => ({
      ...each,
      requirements: [...each.requirements],
      neededBy: [...(needed.get(each.name) ?? [])].sort(),
    }))
    return { items: items.sort((a, b) => b.sizeBytes - a.sizeBytes) }
  }

  /** What is removed is built again when a version needs it. Throws `environment_needed`, `environment_not_found`. */
  function removeEnvironments(input: RemoveEnvironments): Promise<RemovedEnvironments> {
    return env.planTurn(async () => {
      const { items } = await listEnvironments()
      const chosen = choose(items, input, env.platform.clock.now())
      if (!input.dryRun) for (const { name } of chosen) await env.servables.environments().remove(name)
      return {
        removed: chosen.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
        keptCount: items.length - chosen.length,
        freedBytes: chosen.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      }
    })
  }

  return { listEnvironments, removeEnvironments }
}

function choose(items: readonly Environment[], { name, unusedFor }: RemoveEnvironments, now: number): Environment[] {
  const age = unusedFor === undefined ? 0 : readDuration(unusedFor)
  if (name === undefined)
    return items.filter(({ neededBy, lastUsedAt }) => neededBy.length === 0 && now - lastUsedAt >= age)
  const found = items.find((each) => each.name === name)
  if (found === undefined) throw servingErrors.environment_not_found({ name })
  if (found.neededBy.length > 0) throw servingErrors.environment_needed({ name, by: found.neededBy.join(', ') })
  return now - found.lastUsedAt >= age ? [found] : []
}

/** By name of an environment. */
async function whoNeeds(env: ServingContext): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const needed = new Map<string, Set<string>>()
  const note = async (requirements: Requirements, by: string) => {
    const name = await env.servables
      .environments()
      .nameOf(requirements)
      .catch(() => undefined)
    if (name !== undefined) needed.set(name, (needed.get(name) ?? new Set()).add(by))
  }
  const { deployments } = await draftPlan(env)
  for (const { name, variants, standby } of deployments)
    for (const { digest } of [...variants, ...standby])
      for (const requirements of await requirementsOf(env, digest)) await note(requirements, name)
  for (const find of env.told.environmentNeeds)
    for (const { requirements, by } of await find()) await note(requirements, by)
  return needed
}

/** Of a model, or of the models of a graph; one that is served as ONNX has none. */
async function requirementsOf(env: ServingContext, digest: string): Promise<Requirements[]> {
  const model = await env.servables.findModel(digest)
  const runtime = model?.runtime
  if (runtime?.kind === 'graph') {
    const models = runtime.nodes.flatMap(({ runs }) => ('digest' in runs ? [runs.digest] : []))
    return (await Promise.all(models.map((each) => requirementsOf(env, each)))).flat()
  }
  if (runtime?.kind !== 'python' || model?.onnxForm !== undefined) return []
  return [runtime.requirements]
}
