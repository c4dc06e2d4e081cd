import { hasCode } from '../../../kernel/errors.ts'
import type { ModelStates } from '../../../platform/data-plane/index.ts'
import type { ModelVersion, Registry } from '../../registry/index.ts'
import type { ModelSignature } from '../../servables/index.ts'
import type { ServingContext } from '../context.ts'
import { servingErrors } from '../model.ts'
import { type Change, changeDeployment, settleDeployment } from './change.ts'
import { syncPlan } from './live-plan.ts'
import type { ApplyDeployment, Deployment, SplitDeployment } from './model.ts'
import { prepareVersion } from './prepare.ts'
import { fullRef } from './reference.ts'
import { findDeployment, listAllDeployments, mainVariant, type StoredDeployment, type StoredVariant } from './store.ts'

/** As it is when the change under way, if any, is over. */
export async function settled(env: ServingContext, deployment: StoredDeployment): Promise<StoredDeployment> {
  return deployment.state === 'updating' ? settleDeployment(env, deployment) : deployment
}

/** Throws `deployment_not_found`. */
export async function changeExisting(
  env: ServingContext,
  nameOrId: string,
  decide: (deployment: StoredDeployment) => Promise<Omit<Change, 'model'> | undefined>,
): Promise<StoredDeployment> {
  const { name } = await getStored(env, nameOrId)
  const changed = await changeDeployment(env, name, async (current) => {
    if (current === undefined) throw servingErrors.deployment_not_found({ name: nameOrId })
    const change = await decide(current)
    return change && { model: current.model, ...change }
  })
  return changed ?? getStored(env, nameOrId)
}

export async function prepareTarget(env: ServingContext, input: ApplyDeployment): Promise<void> {
  const existing = await findDeployment(env.db.read, input.name)
  const { model, version } = await resolveTarget(env.registry, input, existing)
  if (version === undefined || (existing !== undefined && existing.model !== model)) return
  if (existing === undefined || !isServing(existing, version))
    await prepareVersion(env, { name: input.name, model, version })
}

/** Named versions of a deployment's model as variants that workers can load. */
export async function resolveVariants(
  env: ServingContext,
  { model }: Pick<StoredDeployment, 'model'>,
  given: SplitDeployment['variants'],
): Promise<StoredVariant[]> {
  const variants: StoredVariant[] = []
  for (const { name, ref, weight } of given) {
    const version = await env.registry.resolve(fullRef(model, ref))
    variants.push(await env.servables.toServable(version, { name, weight }))
  }
  return variants
}

/** After a start: finishes what was under way and makes sure that the workers follow the rows. */
export async function recoverDeployments(env: ServingContext): Promise<void> {
  const deployments = await listAllDeployments(env.db.read)
  if (deployments.length === 0) return
  const unfinished = deployments.filter(({ state }) => state === 'updating')
  for (const { name, revision } of unfinished) env.unproven.set(name, revision)
  await syncPlan(env, { until: [], isFleetAwaited: false })
  const settle = async (deployment: StoredDeployment) => {
    await settleDeployment(env, deployment).catch((error) =>
      env.platform.log.error('deployment not made live', { name: deployment.name, error }),
    )
  }
  await Promise.all(unfinished.map(settle))
}

export async function getStored(env: ServingContext, nameOrId: string): Promise<StoredDeployment> {
  const deployment = await findDeployment(env.db.read, nameOrId)
  if (deployment === undefined) throw servingErrors.deployment_not_found({ name: nameOrId })
  return deployment
}

export async function toDeployment(env: ServingContext, stored: StoredDeployment): Promise<Deployment> {
  const [deployment] = await toDeployments(env, [stored])
  return deployment as Deployment
}

export async function toDeployments(env: ServingContext, stored: readonly StoredDeployment[]): Promise<Deployment[]> {
  const digests = stored.flatMap(({ variants }) => mainVariant(variants)?.digest ?? [])
  const [states, signatures] = await Promise.all([env.plane.modelStates(), env.servables.findSignatures(digests)])
  return stored.map((each) =>
    show(env, each, { states, signature: signatures.get(mainVariant(each.variants)?.digest ?? '') }),
  )
}

function show(
  env: ServingContext,
  stored: StoredDeployment,
  { states, signature }: { readonly states: ModelStates; readonly signature: ModelSignature | undefined },
): Deployment {
  const { id, name, model, changedBy, createdAt, updatedAt } = stored
  const { state, problem } = seenState(stored, states)
  return {
    id,
    name,
    model,
    state,
    variants: stored.variants.map(({ digest, ...variant }) =>
      states[digest]?.state === 'unloaded' ? { ...variant, isUnloaded: true } : variant,
    ),
    routing: stored.routing === undefined ? undefined : { ...stored.routing, rules: [...stored.routing.rules] },
    settings: stored.settings,
    signature,
    rolloutId: stored.holder?.kind === 'rollout' ? stored.holder.id : undefined,
    problem,
    progress: env.progress.get(name),
    url: `${env.platform.address.url}/v2/models/${name}/infer`,
    changedBy,
    createdAt,
    updatedAt,
  }
}

/** What the rows say, unless a serving process says that it cannot answer; that passes by itself. */
function seenState(
  { state, problem, variants }: StoredDeployment,
  states: ModelStates,
): Pick<Deployment, 'state' | 'problem'> {
  if (state !== 'ready') return { state, problem }
  const away = variants.map(({ digest }) => states[digest]).find((each) => each?.state === 'away')
  return away?.state === 'away' ? { state: 'failed', problem: away.problem } : { state, problem }
}

interface Target {
  readonly model: string
  /** The caller named a version; a bare model name leaves an existing deployment alone. */
  readonly isExplicit: boolean
  readonly version: ModelVersion | undefined
}

export async function resolveTarget(
  registry: Registry,
  { model, ref }: ApplyDeployment,
  existing: StoredDeployment | undefined,
): Promise<Target> {
  if (ref !== undefined || /[@/]|^mdv_/.test(model)) {
    const version = await registry.resolve(ref === undefined ? model : fullRef(model, ref))
    return { model: version.model, isExplicit: true, version }
  }
  // A declared deployment that still waits takes its first version as a new one does.
  const isExplicit = existing !== undefined && existing.variants.length === 0
  const champion = await registry.findByAlias(model, 'champion').catch(unlessUnknown)
  return { model, isExplicit, version: champion ?? (await registry.findVersion(model).catch(unlessUnknown)) }
}

function unlessUnknown(error: unknown): undefined {
  if (hasCode(error, 'model_not_found')) return undefined
  throw error
}

export function isServing(deployment: StoredDeployment, version: ModelVersion | undefined): boolean {
  const [only, second] = deployment.variants
  return deployment.state !== 'failed' && second === undefined && only?.modelVersionId === version?.id
}
