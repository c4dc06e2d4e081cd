import { operation } from '../../../kernel/operation.ts'
import type { Scoring } from '../service.ts'
import { ExportedPredictions, ExportPredictions } from './model.ts'

export const exportOperations = [
  operation({
    name: 'predictions.export',
    http: 'POST /v1/deployments/{deployment}/exports',
    summary: 'Make a dataset version of recorded predictions with their labels.',
    input: ExportPredictions,
    output: ExportedPredictions,
    errors: ['deployment_not_found', 'export_without_rows', 'duration_invalid'],
    allow: 'predictions:read',
    subject: 'deployment:{deployment}',
    cli: {
      args: ['deployment', 'dataset'],
      examples: ['slipway predictions export iris iris-labeled --since 7d --labeled-only'],
    },
    run: (scoring: Scoring, input) => scoring.exportPredictions(input),
  }),
]
