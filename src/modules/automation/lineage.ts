import { type LineageDeclaration, type NodeKind, tellsLineage } from '../../kernel/lineage.ts'
import { decisionMade } from './model.ts'

const decisionNode: NodeKind = { kind: 'decision', title: 'decision', wordsBack: { started: 'started by' } }

export const automationLineage: LineageDeclaration<unknown> = {
  kinds: [decisionNode],
  events: [
    tellsLineage(decisionMade, (graph, decision) => {
      const { decisionId, alertId, pipelineRunId, kind } = decision
      graph.node(decisionNode, decisionId, `${decision.policy}: ${decision.state}`, { summary: decision.summary })
      graph.edge(alertId, 'led', decisionId)
      // A retraining decision starts the pipeline run; a delivery decision only judges what a run made.
      if (kind === 'retrain' && pipelineRunId !== undefined) graph.edge(decisionId, 'started', pipelineRunId)
      if (kind === 'deliver') graph.edge(decision.modelVersionId, 'led', decisionId)
    }),
  ],
}
