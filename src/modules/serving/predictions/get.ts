import { servingErrors } from '../model.ts'
import type { Ingester } from './ingest.ts'
import type { Prediction } from './model.ts'
import { countBatchRows, findPrediction } from './store.ts'

/** A prediction that was just answered may still be in the log only: then that is read first. */
export async function getPrediction(
  ingester: Ingester,
  db: Parameters<typeof findPrediction>[0],
  id: string,
): Promise<Prediction> {
  const found = await findPrediction(db, id)
  if (found !== undefined) return found
  await ingester.catchUp()
  const late = await findPrediction(db, id)
  if (late !== undefined) return late
  const count = await countBatchRows(db, id)
  if (count > 0) throw servingErrors.prediction_has_rows({ id, count, last: count - 1 })
  throw servingErrors.prediction_not_found({ id })
}
