import { type LineageDeclaration, tellsLineage } from '../../kernel/lineage.ts'
import { verdictNode } from '../registry/index.ts'
import { datasetMade } from './batches/model.ts'
import { modelConverted } from './conversions/model.ts'
import type { Scoring } from './service.ts'

export const scoringLineage: LineageDeclaration<Scoring> = {
  kinds: [],
  events: [
    tellsLineage(datasetMade, (graph, { datasetVersionId, deploymentId, modelVersionIds }) => {
      graph.edge(deploymentId, 'made', datasetVersionId)
      for (const modelVersionId of modelVersionIds) graph.edge(modelVersionId, 'made', datasetVersionId)
    }),
    tellsLineage(modelConverted, (graph, { conversionId, modelVersionId, datasetVersionId, state, summary }) =>
      graph
        .node(verdictNode, conversionId, `ONNX: ${state}`, { summary })
        .edge(modelVersionId, 'judged', conversionId)
        .edge(datasetVersionId, 'read', conversionId),
    ),
  ],
}
