import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'

/** One input or output of a model. Type names are those of the Open Inference Protocol; -1 is a free dimension. */
export const TensorSpec = z.object({
  name: z.string(),
  datatype: z.string().describe('BOOL, INT8 … UINT64, FP16, FP32, FP64 or BYTES.'),
  shape: z.array(z.number().int()),
  isColumn: z.boolean().optional().describe('A column of a data frame: one value a row, texts may be null.'),
  isOptional: z.boolean().optional().describe('A column that may be left out.'),
})
export type TensorSpec = z.infer<typeof TensorSpec>

export const ModelSignature = z.object({
  inputs: z.array(TensorSpec),
  outputs: z.array(TensorSpec),
})
export type ModelSignature = z.infer<typeof ModelSignature>

/** A model version as the workers load it: with the digest of what is loaded, and its part of the requests. */
export interface ServableVariant {
  readonly name: string
  readonly modelVersionId: string
  readonly version: number
  readonly weight: number
  readonly digest: string
}

export const servableErrors = defineErrors({
  model_not_servable: ['invalid', 'Model version {modelVersionId} cannot be served: {problem}', '{fix}'],
  graph_invalid: [
    'invalid',
    'The graph has {count} problem(s):\n{problems}',
    'Correct them all; nothing was registered.',
  ],
  remote_columns_invalid: [
    'invalid',
    'There are {count} names of columns, but the model takes {taken}.',
    'Name each column of its only input, a matrix, or none.',
  ],
  model_forgotten: [
    'not_found',
    'What the model {digest} takes and gives is not known any more.',
    'Deploy its version again.',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof servableErrors> {}
}
