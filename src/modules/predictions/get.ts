import { type Prediction, predictionErrors } from './model.ts'
import { countBatchRows, findPrediction } from './store.ts'
import type { PredictionDb } from './tables.ts'
import { type UntilThereEnv, untilThere } from './until-there.ts'

export async function getPrediction(
  env: UntilThereEnv & { readonly db: PredictionDb },
  id: string,
): Promise<Prediction> {
  const { read } = env.db
  let found: Prediction | undefined
  let count = 0
  await untilThere(env, async () => {
    found = await findPrediction(read, id)
    count = found === undefined ? await countBatchRows(read, id) : 0
    return found !== undefined || count > 0
  })
  if (found !== undefined) return found
  if (count > 0) throw predictionErrors.prediction_has_rows({ id, count, last: count - 1 })
  throw predictionErrors.prediction_not_found({ id })
}
