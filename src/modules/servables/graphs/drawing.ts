import type { Json, JsonObject } from '../../../kernel/json.ts'
import type { GraphDefinition, NodeSpecs } from '../../../platform/runtimes/index.ts'
import type { Component } from '../../registry/index.ts'

type Spec = NodeSpecs['inputs'][number]

/**
 * The graph as it is shown, kept with the version so that nobody has to read its files: nodes with what they stand for, and
 * edges (`prepare.features` to `score.X`) with the type of what goes over them, as far as it is known.
 */
export function drawGraph(
  { nodes, outputs }: GraphDefinition,
  known: {
    readonly specs: ReadonlyMap<string, NodeSpecs>
    readonly outputs: readonly Spec[]
    readonly components: readonly Component[]
  },
): JsonObject {
  const drawnNodes = nodes.map(({ name, runs }) => {
    const pinned = known.components.find(({ node }) => node === name)
    return { name, ...('function' in runs ? { function: runs.function } : { model: pinned?.ref ?? runs.model }) }
  })
  const feeds = [
    ...nodes.flatMap(({ name, inputs }) =>
      inputs.map((feed) => ({ ...feed, owner: name, specs: known.specs.get(name)?.inputs ?? [] })),
    ),
    ...outputs.map((feed) => ({ ...feed, owner: 'outputs', specs: known.outputs })),
  ]
  const edges = feeds.map(({ owner, name, from, specs }) => ({
    from: `${from.node ?? 'inputs'}.${from.value}`,
    to: `${owner}.${name}`,
    ...typeOf(specs.find((spec) => spec.name === name)),
  }))
  return { nodes: drawnNodes, edges }
}

function typeOf(spec: Spec | undefined): Record<string, Json> {
  return spec === undefined ? {} : { datatype: spec.datatype, shape: [...spec.shape] }
}
