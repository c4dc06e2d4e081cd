import { type LineageDeclaration, type NodeKind, tellsLineage } from '../../kernel/lineage.ts'
import { inputRecorded } from './runs/link.ts'
import { runCreated } from './runs/run.ts'

const runNode: NodeKind = { kind: 'run', title: 'run' }

export const trackingLineage: LineageDeclaration<unknown> = {
  kinds: [runNode],
  events: [
    tellsLineage(runCreated, (graph, { runId, experimentId, stepRunId }) =>
      graph.node(runNode, runId, runId, { experimentId }).edge(stepRunId, 'logged', runId),
    ),
    tellsLineage(inputRecorded, (graph, input) => graph.edge(input.datasetVersionId, 'read', input.runId)),
  ],
}
