import { hasCode } from '../../kernel/errors.ts'
import type { LeafKind, LineageDeclaration } from '../../kernel/lineage.ts'
import { modelVersionNode, verdictNode } from '../registry/index.ts'
import type { Predictions } from './service.ts'

/** A prediction hangs on the model version that answered; verdicts on it and the deployment belong to its story. */
const predictionLeaves: LeafKind<Predictions> = {
  kind: { kind: 'prediction', title: 'prediction' },
  idPrefix: 'prd_',
  async find(predictions, id) {
    try {
      const prediction = await predictions.getPrediction(id)
      const { deployment, variant, at, inputs, outputs, label, modelVersionId } = prediction
      return {
        label: prediction.id,
        at,
        facts: { deployment, variant },
        parent: { id: modelVersionId, relation: 'answered' },
        isBeside: ({ kind, label: name }) =>
          kind === verdictNode.kind || (kind === 'deployment' && name === deployment),
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
  async list(predictions, { kind, id }, limit) {
    if (kind !== modelVersionNode.kind) return undefined
    const { items, nextCursor } = await predictions.listPredictions({ modelVersionId: id, limit })
    return { ids: items.map((item) => item.id), nextCursor }
  },
}

export const predictionLineage: LineageDeclaration<Predictions> = { kinds: [], events: [], leaves: predictionLeaves }
