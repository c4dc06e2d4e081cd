import type { GraphNodeRuns } from '../../inference/index.ts'
import { functionNode } from './function-node.ts'
import { modelNode } from './model-node.ts'
import type { NodeKind } from './node-kind.ts'

/** Every kind of node, by the key that tells it. A new kind is a file, a line here and a line of `GraphNodeRuns`. */
export const nodeKinds: { readonly [Name in NodeKindName]: NodeKind<GraphNodeRuns[Name]> } = {
  model: modelNode,
  function: functionNode,
}

export type NodeKindName = keyof GraphNodeRuns

export const nodeKindNames = Object.keys(nodeKinds) as NodeKindName[]
