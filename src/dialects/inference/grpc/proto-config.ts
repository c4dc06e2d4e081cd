import { datatypes } from '../../../platform/inference/index.ts'

/** The part of Triton's ModelConfig that says something about a deployment; numbers of model_config.proto. */
export const configMessages = {
  ModelConfigRequest: { name: [1, 'string'], version: [2, 'string'] },
  ModelConfigResponse: { config: [1, 'ModelConfig'] },
  ModelConfig: {
    name: [1, 'string'],
    platform: [2, 'string'],
    version_policy: [3, 'ModelVersionPolicy'],
    max_batch_size: [4, 'int32'],
    input: [5, 'ModelInput', 'repeated'],
    output: [6, 'ModelOutput', 'repeated'],
    backend: [17, 'string'],
  },
  ModelInput: { name: [1, 'string'], data_type: [2, 'DataType'], dims: [4, 'int64', 'repeated'] },
  ModelOutput: { name: [1, 'string'], data_type: [2, 'DataType'], dims: [3, 'int64', 'repeated'] },
  ModelVersionPolicy: { specific: [3, 'ModelVersionPolicy.Specific', { oneof: 'policy_choice' }] },
  'ModelVersionPolicy.Specific': { versions: [1, 'int64', 'repeated'] },
} as const

/** Numbered in the order in which the protocol lists its datatypes, from 1. */
const names = Object.keys(datatypes).map((name) => `TYPE_${name === 'BYTES' ? 'STRING' : name}`)

export const configEnums = {
  DataType: Object.fromEntries([['TYPE_INVALID', 0], ...names.map((name, index) => [name, index + 1])]),
}
