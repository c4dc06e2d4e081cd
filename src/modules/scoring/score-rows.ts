import type { Json } from '../../kernel/json.ts'
import type { Scorer } from '../../platform/data-plane/index.ts'
import type { Tensor } from '../../platform/inference/index.ts'
import { type RowModel, toOutputs, toTensors } from './row-tensors.ts'

export type ScoredRow =
  | { readonly outputs: Readonly<Record<string, Json>>; readonly latencyUs: number }
  | { readonly problem: string }

/**
 * Runs rows through a model in its own process, in the order given. A row that the model cannot take or fails on carries
 * its problem; only the loss of the process throws.
 */
export async function scoreRows(
  scorer: Pick<Scorer, 'run'>,
  model: RowModel,
  rows: readonly { readonly inputs: Readonly<Record<string, Json>> }[],
): Promise<ScoredRow[]> {
  const prepared = rows.map((row) => prepare(model, row.inputs))
  const requests = prepared.flatMap((each) => ('tensors' in each ? [each.tensors] : []))
  const answers = requests.length === 0 ? [] : await scorer.run(requests)
  let next = 0
  return prepared.map((each) => {
    if ('problem' in each) return each
    const answer = answers[next++]
    if (answer === undefined) return { problem: 'the model gave no answer' }
    return 'problem' in answer ? answer : { outputs: toOutputs(answer.outputs), latencyUs: answer.latencyUs }
  })
}

function prepare(
  model: RowModel,
  inputs: Readonly<Record<string, Json>>,
): { readonly tensors: Tensor[] } | { readonly problem: string } {
  try {
    return { tensors: toTensors(model, inputs) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
