import { type LineageDeclaration, tellsLineage } from '../../kernel/lineage.ts'
import { verdictNode } from '../registry/index.ts'
import { gateDecided } from './model.ts'

export const gateLineage: LineageDeclaration<unknown> = {
  kinds: [],
  events: [
    tellsLineage(gateDecided, (graph, { verdictId, gate, passed, summary, modelVersionId }) =>
      graph
        .node(verdictNode, verdictId, `${gate}: ${passed ? 'passed' : 'refused'}`, { summary })
        .edge(modelVersionId, 'judged', verdictId),
    ),
  ],
}
