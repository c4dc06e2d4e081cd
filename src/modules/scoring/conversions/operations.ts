import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import type { Scoring } from '../service.ts'
import { Conversion, StartConversion } from './model.ts'

const byId = z.object({ id: z.string() })

export const conversionOperations = [
  operation({
    name: 'models.conversions.start',
    http: 'POST /v1/conversions',
    summary: 'Convert a Python version to ONNX, if it then answers as before.',
    description:
      'Answers at once; `models.conversions.get` tells how far it is. The ONNX form is compared with the model on real rows: those of a dataset version, recorded requests, or the input example. When every label is the same and every number within `serving.conversionTolerance`, deployments of the version load it instead of Python; else it is refused, with the reason, and nothing changes.',
    input: StartConversion,
    output: Conversion,
    status: 202,
    errors: [
      'model_not_found',
      'model_version_not_found',
      'model_alias_not_found',
      'model_not_servable',
      'conversion_not_needed',
      'dataset_not_found',
      'dataset_version_not_found',
      'deployment_not_found',
    ],
    allow: 'models:write',
    subject: 'model:{model}',
    cli: {
      command: 'models convert',
      args: ['model'],
      examples: ['slipway models convert churn/3 --dataset visits@latest'],
    },
    run: (scoring: Scoring, input) => scoring.startConversion(input),
  }),
  operation({
    name: 'models.conversions.list',
    http: 'GET /v1/conversions',
    summary: 'List conversions to ONNX, newest first.',
    input: z.object({
      ...pageQuery,
      model: z.string().optional().describe('Only those of a version: `iris@champion`, `iris/3` or its id.'),
    }),
    output: pageOf(Conversion),
    errors: ['model_not_found', 'model_version_not_found', 'model_alias_not_found'],
    allow: 'models:read',
    subject: 'conversions',
    run: (scoring: Scoring, input) => scoring.listConversions(input),
  }),
  operation({
    name: 'models.conversions.get',
    http: 'GET /v1/conversions/{id}',
    summary: 'Show a conversion: how far it is, what was compared and how far apart the answers were.',
    input: byId,
    output: Conversion,
    errors: ['conversion_not_found'],
    allow: 'models:read',
    subject: 'conversion:{id}',
    run: (scoring: Scoring, { id }) => scoring.getConversion(id),
  }),
  operation({
    name: 'models.conversions.use',
    http: 'POST /v1/conversions/{id}/use',
    summary: 'Serve a version with its ONNX form, or in Python again.',
    description: 'Deployments of the version load it in the background and switch without a failed request.',
    input: byId.extend({ runtime: z.enum(['onnx', 'python']).default('onnx') }),
    output: Conversion,
    errors: ['conversion_not_found', 'conversion_not_usable', 'data_plane_failed'],
    allow: 'deployments:write',
    subject: 'conversion:{id}',
    cli: { args: ['id', 'runtime'], examples: ['slipway models conversions use cnv_01 python'] },
    run: (scoring: Scoring, { id, runtime }) => scoring.changeRuntime(id, runtime),
  }),
]
