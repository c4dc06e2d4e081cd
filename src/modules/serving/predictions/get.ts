import { servingErrors } from '../model.ts'
import type { ServingDb } from '../tables.ts'
import type { Prediction } from './model.ts'
import { countBatchRows, findPrediction } from './store.ts'
import { type UntilThereEnv, untilThere } from './until-there.ts'

export async function getPrediction(env: UntilThereEnv & { readonly db: ServingDb }, id: string): Promise<Prediction> {
  const { read } = env.db
  let found: Prediction | undefined
  let count = 0
  await untilThere(env, async () => {
    found = await findPrediction(read, id)
    count = found === undefined ? await countBatchRows(read, id) : 0
    return found !== undefined || count > 0
  })
  if (found !== undefined) return found
  if (count > 0) throw servingErrors.prediction_has_rows({ id, count, last: count - 1 })
  throw servingErrors.prediction_not_found({ id })
}
