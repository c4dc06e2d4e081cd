import { type LineageDeclaration, type NodeKind, tellsLineage } from '../../kernel/lineage.ts'
import { alertRaised } from './model.ts'

const alertNode: NodeKind = { kind: 'alert', title: 'alert' }

export const monitoringLineage: LineageDeclaration<unknown> = {
  kinds: [alertNode],
  events: [
    tellsLineage(alertRaised, (graph, { alertId, monitor, summary, modelVersionId, runId }) =>
      graph.node(alertNode, alertId, monitor, { summary }).edge(modelVersionId ?? runId, 'raised', alertId),
    ),
  ],
}
