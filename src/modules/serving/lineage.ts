import { hasCode } from '../../kernel/errors.ts'
import { type LeafKind, type LineageDeclaration, type NodeKind, tellsLineage } from '../../kernel/lineage.ts'
import { modelVersionNode, verdictNode } from '../registry/index.ts'
import { datasetMade } from './batches/model.ts'
import { modelConverted } from './conversions/model.ts'
import { deploymentChanged } from './model.ts'
import type { ServingService } from './service.ts'

const deploymentNode: NodeKind = { kind: 'deployment', title: 'deployment' }

/** A prediction hangs on the model version that answered; verdicts on it and the deployment belong to its story. */
const predictionLeaves: LeafKind<ServingService> = {
  kind: { kind: 'prediction', title: 'prediction' },
  idPrefix: 'prd_',
  async find(serving, id) {
    try {
      const prediction = await serving.getPrediction(id)
      const { deployment, variant, at, inputs, outputs, label, modelVersionId } = prediction
      return {
        label: prediction.id,
        at,
        facts: { deployment, variant },
        parent: { id: modelVersionId, relation: 'answered' },
        isBeside: ({ kind, label: name }) =>
          kind === verdictNode.kind || (kind === deploymentNode.kind && name === deployment),
        details: {
          id: prediction.id,
          deployment,
          variant,
          at,
          inputs,
          outputs,
          ...(label === undefined ? {} : { label: label.value }),
        },
      }
    } catch (error) {
      if (hasCode(error, 'prediction_not_found')) return undefined
      throw error
    }
  },
  async list(serving, { kind, id }, limit) {
    if (kind !== modelVersionNode.kind) return undefined
    const { items, nextCursor } = await serving.listPredictions({ modelVersionId: id, limit })
    return { ids: items.map((item) => item.id), nextCursor }
  },
}

export const servingLineage: LineageDeclaration<ServingService> = {
  kinds: [deploymentNode],
  events: [
    tellsLineage(deploymentChanged, (graph, { deploymentId, deployment, model, variants }) => {
      graph.node(deploymentNode, deploymentId, deployment, { model })
      for (const { modelVersionId } of variants) graph.edge(modelVersionId, 'served', deploymentId)
    }),
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
  leaves: predictionLeaves,
}
