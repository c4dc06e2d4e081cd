import type { PredictionContext } from './context.ts'
import {
  type ListPredictions,
  type Prediction,
  type PredictionWindow,
  predictionErrors,
  type WindowQuery,
} from './model.ts'
import * as store from './store.ts'
import { untilThere } from './until-there.ts'

export function createReading(ctx: PredictionContext) {
  const { read } = ctx.db

  async function getPrediction(id: string): Promise<Prediction> {
    let found: Prediction | undefined
    let count = 0
    await untilThere(ctx, async () => {
      found = await store.findPrediction(read, id)
      count = found === undefined ? await store.countBatchRows(read, id) : 0
      return found !== undefined || count > 0
    })
    if (found !== undefined) return found
    if (count > 0) throw predictionErrors.prediction_has_rows({ id, count, last: count - 1 })
    throw predictionErrors.prediction_not_found({ id })
  }

  async function predictionWindow(query: WindowQuery): Promise<PredictionWindow> {
    return { deployment: query.deployment, rows: await store.readWindow(read, query) }
  }

  return {
    getPrediction,
    predictionWindow,
    listPredictions: (query: ListPredictions) => store.listPredictions(read, query),
    nextEventAt: (query: Parameters<typeof store.nextEventAt>[1]) => store.nextEventAt(read, query),
    lastSeq: (deployment: string) => store.lastSeq(read, deployment),
  }
}
