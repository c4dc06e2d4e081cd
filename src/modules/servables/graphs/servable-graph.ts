import { isAppError } from '../../../kernel/errors.ts'
import type { GraphFunction } from '../../../platform/inference/index.ts'
import type { GraphDefinition, NodeSpecs } from '../../../platform/runtimes/index.ts'
import type { ModelVersion } from '../../registry/index.ts'
import type { ServableContext } from '../context.ts'
import { type ModelSignature, type ServableVariant, servableErrors } from '../model.ts'
import type { ModelFiles } from '../model-files.ts'
import { findModel, findSignature, type StoredGraphNode, saveModel } from '../stored-model.ts'
import { examine, readDefinition } from './examine.ts'

type GraphFiles = Extract<ModelFiles, { kind: 'graph' }>
type Progress = ((text: string) => void) | undefined

interface Given {
  readonly files: GraphFiles
  readonly onProgress?: Progress
  /** For the versions that it is made of. */
  readonly toServable: (
    env: ServableContext,
    version: ModelVersion,
    given: { readonly weight: number; readonly onProgress?: (text: string) => void },
  ) => Promise<ServableVariant>
}

/** What makes a graph servable: every version in it is, and its edges fit what these really take and give. */
export async function ensureGraph(env: ServableContext, version: ModelVersion, given: Given): Promise<void> {
  const { files, onProgress } = given
  const digests = await ensureComponents(env, version, given)
  if ((await findModel(env.db.read, files.digest)) !== undefined) return
  onProgress?.('checking the graph')
  const { definition, problems } = await readDefinition(env, files.files)
  if (definition === undefined) throw refuse(version, problems)
  const models = new Map<string, NodeSpecs>()
  for (const [node, digest] of digests) models.set(node, (await findSignature(env.db.read, digest)) as NodeSpecs)
  const examined = await examine(env, definition, { files: files.files, models })
  const unpinned = definition.nodes.filter(({ name, runs }) => 'model' in runs && !digests.has(name))
  const all = [
    ...unpinned.map(({ name }) => `nodes.${name}.model: it was not pinned; register the graph with slipway models add`),
    ...examined.problems,
  ]
  if (all.length > 0) throw refuse(version, all)
  const nodes = toStored(definition, digests, examined.functions)
  const { inputs, outputs } = examined
  const signature = { inputs: inputs.map(open), outputs: outputs.map(open) } satisfies ModelSignature
  const runtime = { kind: 'graph', files: files.files, nodes, outputs: definition.outputs } as const
  const checkedAt = env.platform.clock.now()
  await env.db.transaction((tx) => saveModel(tx.query, { digest: files.digest, signature, runtime, checkedAt }))
}

/** Digests of the models by node. */
async function ensureComponents(
  env: ServableContext,
  version: ModelVersion,
  { files, onProgress, toServable }: Given,
): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>()
  const problems: string[] = []
  for (const { node, modelVersionId, ref } of files.components) {
    const component = await env.registry.findVersion(modelVersionId)
    if (component === undefined) {
      problems.push(`nodes.${node}.model: ${ref}, to which it was pinned, was deleted`)
      continue
    }
    const tell = (text: string) => onProgress?.(`${node}: ${text}`)
    try {
      digests.set(node, (await toServable(env, component, { weight: 0, onProgress: tell })).digest)
    } catch (error) {
      if (!isAppError(error) || error.code !== 'model_not_servable') throw error
      problems.push(`nodes.${node}.model: ${ref} cannot be served: ${error.details.problem}`)
    }
  }
  if (problems.length > 0) throw refuse(version, problems)
  return digests
}

function toStored(
  { nodes }: GraphDefinition,
  digests: ReadonlyMap<string, string>,
  functions: ReadonlyMap<string, GraphFunction>,
): StoredGraphNode[] {
  return nodes.flatMap(({ name, inputs }) => {
    const digest = digests.get(name)
    const runs = digest === undefined ? functions.get(name) : { digest }
    return runs === undefined ? [] : [{ name, inputs, runs }]
  })
}

function refuse({ id }: ModelVersion, problems: readonly string[]): Error {
  return servableErrors.model_not_servable({
    modelVersionId: id,
    problem: `its graph has ${problems.length} problem(s): ${problems.join('; ')}.`,
    fix: 'Correct the graph and register it as a new version.',
  })
}

function open<Spec extends NodeSpecs['inputs'][number]>(spec: Spec) {
  return { ...spec, shape: [...spec.shape] }
}
