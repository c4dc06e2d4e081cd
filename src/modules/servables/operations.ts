import { operation } from '../../kernel/operation.ts'
import { ModelVersion } from '../registry/index.ts'
import { ConnectModel } from './remote-file.ts'
import type { Servables } from './service.ts'

export const modelOperations = [
  operation({
    name: 'models.connect',
    http: 'POST /v1/models/{model}/connect',
    summary: 'Register a model that another server has, as a version that can be deployed.',
    description:
      'That server is asked for the signature and run once on made-up values. Repeating the call answers the same version.',
    input: ConnectModel,
    output: ModelVersion,
    errors: ['remote_model_away', 'remote_model_unusable', 'remote_columns_invalid', 'model_name_invalid'],
    allow: 'models:write',
    subject: 'model:{model}',
    status: 201,
    cli: {
      args: ['model', 'server'],
      examples: ['slipway models connect resnet http://gpu-1:8000 --remote-model resnet50'],
    },
    run: (servables: Servables, input, call) => servables.connectModel({ ...input, createdBy: call.principal.id }),
  }),
]
