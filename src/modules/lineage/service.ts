import { hasCode } from '../../kernel/errors.ts'
import type { ModuleEnv } from '../../kernel/module.ts'
import type { Platform } from '../../platform/platform.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import type { datasets } from '../datasets/index.ts'
import type { registry } from '../registry/index.ts'
import type { Prediction, serving } from '../serving/index.ts'
import type { GraphChange } from './graph-change.ts'
import { type Impact, type LineageGraph, type LineageNode, lineageErrors, type Trace } from './model.ts'
import { insertEdges, selectEdges, selectNodes, upsertNodes } from './store.ts'
import type { LineageTables } from './tables.ts'
import { type GraphReader, walk } from './walk.ts'

type Env = ModuleEnv<
  Platform,
  { datasets: typeof datasets; registry: typeof registry; serving: typeof serving },
  Record<never, never>
>

export interface Lineage {
  /** Stores what an event adds; a second time changes nothing. */
  record(change: GraphChange): Promise<void>
  /** The way back from anything to raw bytes. Throws `lineage_unknown`. */
  trace(input: { id: string }): Promise<Trace>
  /** The way forward from anything to predictions; `limit` predictions per model version. Throws `lineage_unknown`. */
  impact(input: { id: string; limit: number }): Promise<Impact>
  /** The neighborhood of anything, `depth` steps both ways. Throws `lineage_unknown`. */
  graph(input: { id: string; depth: number }): Promise<LineageGraph>
}

// Far beyond any real chain of derivation; a guard, not a setting.
const maxDepth = 200
const maxNodes = 2_000

export function createLineage({ platform, needs }: Env): Lineage {
  const db = platform.db.typed<LineageTables>()
  const reader: GraphReader = {
    nodes: (ids) => selectNodes(db.read, ids),
    edges: (end, ids) => selectEdges(db.read, end, ids),
  }

  /** The node that a person means: an id, a dataset version such as flights@3, or a model version such as m@champion. */
  async function resolve(id: string): Promise<LineageNode> {
    const candidates = [id, await findDatasetVersion(id), await findModelVersion(id)].filter(
      (found) => found !== undefined,
    )
    const node = (await reader.nodes(candidates))[0]
    if (node === undefined) throw lineageErrors.lineage_unknown({ id })
    return node
  }

  const findDatasetVersion = (ref: string) => quietly(async () => (await needs.datasets.findVersion(ref))?.id)
  const findModelVersion = (ref: string) => quietly(async () => (await needs.registry.resolve(ref)).id)

  async function findPrediction(id: string): Promise<Prediction | undefined> {
    if (!id.startsWith('prd_')) return undefined
    try {
      return await needs.serving.getPrediction(id)
    } catch (error) {
      if (hasCode(error, 'prediction_not_found')) throw lineageErrors.lineage_unknown({ id }, { cause: error })
      throw error
    }
  }

  async function tracePrediction(prediction: Prediction): Promise<Trace> {
    const way = await walk(reader, prediction.modelVersionId, { direction: 'back', maxDepth, maxNodes })
    const beside = await besideModelVersion(prediction)
    const { id, deployment, variant, at, inputs, outputs, label } = prediction
    const node: LineageNode = { id, kind: 'prediction', label: id, at, facts: { deployment, variant } }
    return {
      root: id,
      nodes: [node, ...way.nodes, ...beside.nodes],
      edges: [{ from: prediction.modelVersionId, to: id, relation: 'answered' }, ...way.edges, ...beside.edges],
      isCut: way.isCut,
      prediction: {
        id,
        deployment,
        variant,
        at,
        inputs,
        outputs,
        ...(label === undefined ? {} : { label: label.value }),
      } as Trace['prediction'],
    }
  }

  /** The verdicts on the model version and the deployment that answered: not on the way of the data, but part of the story. */
  async function besideModelVersion(prediction: Prediction): Promise<GraphChange> {
    const edges = await reader.edges('from', [prediction.modelVersionId])
    const nodes = await reader.nodes(edges.map((edge) => edge.to))
    const told = nodes.filter(
      (node) => node.kind === 'verdict' || (node.kind === 'deployment' && node.label === prediction.deployment),
    )
    return { nodes: told, edges: edges.filter((edge) => told.some((node) => node.id === edge.to)) }
  }

  return {
    record: async (change) => {
      await db.transaction(async (tx) => {
        await upsertNodes(tx.query, change.nodes)
        await insertEdges(tx.query, change.edges)
      })
      faultPoint('lineage.edges.recorded')
    },
    trace: async ({ id }) => {
      const prediction = await findPrediction(id)
      if (prediction !== undefined) return tracePrediction(prediction)
      const { id: root } = await resolve(id)
      return walk(reader, root, { direction: 'back', maxDepth, maxNodes })
    },
    impact: async ({ id, limit }) => {
      const { id: root } = await resolve(id)
      const way = await walk(reader, root, { direction: 'forward', maxDepth, maxNodes })
      const versions = way.nodes.filter((node) => node.kind === 'modelVersion')
      const predictions = await Promise.all(
        versions.map(async (version) => {
          const page = await needs.serving.listPredictions({ modelVersionId: version.id, limit })
          const cursor = page.nextCursor === undefined ? {} : { nextCursor: page.nextCursor }
          return {
            modelVersionId: version.id,
            modelVersion: version.label,
            ids: page.items.map((item) => item.id),
            ...cursor,
          }
        }),
      )
      return { ...way, predictions: predictions.filter((found) => found.ids.length > 0) }
    },
    graph: async ({ id, depth }) => {
      const { id: root } = await resolve(id)
      return walk(reader, root, { direction: 'both', maxDepth: depth, maxNodes })
    },
  }
}

/** Resolving a reference that is none of this kind is no failure. */
async function quietly(find: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await find()
  } catch (error) {
    const expected = [
      'dataset_ref_invalid',
      'dataset_version_not_found',
      'dataset_version_deleted',
      'dataset_not_found',
      'model_not_found',
      'model_version_not_found',
      'model_alias_not_found',
      'model_name_invalid',
    ]
    if (expected.some((code) => hasCode(error, code))) return undefined
    throw error
  }
}
