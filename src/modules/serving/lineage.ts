import { type LineageDeclaration, type NodeKind, tellsLineage } from '../../kernel/lineage.ts'
import { deploymentChanged } from './model.ts'
import type { Serving } from './service.ts'

const deploymentNode: NodeKind = { kind: 'deployment', title: 'deployment' }

export const servingLineage: LineageDeclaration<Serving> = {
  kinds: [deploymentNode],
  events: [
    tellsLineage(deploymentChanged, (graph, { deploymentId, deployment, model, variants }) => {
      graph.node(deploymentNode, deploymentId, deployment, { model })
      for (const { modelVersionId } of variants) graph.edge(modelVersionId, 'served', deploymentId)
    }),
  ],
}
