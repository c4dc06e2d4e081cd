import type { GraphRuntime, ModelSource } from '../../inference/index.ts'
import type { ModelSession } from '../session.ts'
import type { GraphEnv, GraphToOpen, NodeKind, NodePart, OpenedKind } from './node-kind.ts'
import { type NodeKindName, nodeKindNames, nodeKinds } from './node-kinds.ts'
import { runGraph } from './run.ts'

let lastNumber = 0

/**
 * A graph as the data plane sees it: one model. Each model in it is a session of its own, and its functions share processes.
 * Nodes that do not need each other run at the same time. It takes rows of several requests at once when every node does.
 */
export async function openGraphSession(
  source: ModelSource,
  runtime: GraphRuntime,
  env: GraphEnv,
): Promise<ModelSession> {
  lastNumber += 1
  const name = `${env.name}-graph-${lastNumber}`
  const kinds = new Map<NodeKindName, OpenedKind<unknown>>()
  const parts: NodePart[] = []
  const release = async () => {
    await Promise.all([...[...kinds.values()].map((kind) => kind.stop()), ...parts.map((part) => part.release())])
  }
  try {
    for (const kind of nodeKindNames) {
      const nodes = runtime.nodes.flatMap(({ runs }) => (kind in runs ? [runs] : []))
      if (nodes.length > 0) kinds.set(kind, await begin(kind, { source, runtime, nodes, env: { ...env, name } }))
    }
    // One after the other: loading takes memory beyond what the loaded model holds.
    for (const node of runtime.nodes) {
      const kind = kinds.get(nodeKindNames.find((each) => each in node.runs) ?? 'model')
      if (kind === undefined) throw new Error(`node "${node.name}": this server has no such kind of node`)
      parts.push(await kind.open(node, { ...env, name: `${name}-${node.name}` }))
    }
  } catch (error) {
    await release()
    throw error
  }
  const shared = [...kinds.values()].reduce((sum, kind) => sum + kind.lanes, 0)
  const ownLanes = parts.reduce((sum, part) => sum + part.ownLanes, shared)
  const nodes = new Map(parts.map((part) => [part.name, part]))
  return {
    inputs: source.inputs,
    outputs: source.outputs,
    // While one run waits for another process, the next one can be in this one.
    lanes: ownLanes + (parts.some((part) => part.ownLanes === 0) || ownLanes === 0 ? 1 : 0),
    mayRefuse: true,
    // Rows that stand by themselves in every part do so in the whole.
    isBatchable: parts.every((part) => part.isBatchable),
    mayMixRows: parts.some((part) => part.mayMixRows),
    ...troubleOf(parts),
    run: (inputs, isAbandoned) => runGraph({ nodes, outputs: runtime.outputs }, inputs, isAbandoned),
    release,
  }
}

/** The nodes that are handed over are of the kind that is named: they were chosen by its key. */
function begin(name: NodeKindName, graph: GraphToOpen<unknown>): Promise<OpenedKind<unknown>> {
  const kind: NodeKind<never> = nodeKinds[name]
  return kind.begin(graph as GraphToOpen<never>)
}

/** Absent where no part may be away. */
function troubleOf(parts: readonly NodePart[]): Pick<ModelSession, 'trouble'> {
  const mayFail = parts.flatMap(({ name, trouble }) => (trouble === undefined ? [] : [{ name, trouble }]))
  if (mayFail.length === 0) return {}
  return {
    trouble: () => {
      const [first] = mayFail.flatMap(({ name, trouble }) => {
        const problem = trouble()
        return problem === undefined ? [] : [`node "${name}": ${problem}`]
      })
      return first
    },
  }
}
