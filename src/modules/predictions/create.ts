import type { Platform } from '../../platform/platform.ts'
import type { Registry } from '../registry/index.ts'
import type { PredictionContext } from './context.ts'
import { createFeatureNames, registeredNames } from './feature-names.ts'
import { createIngester, type Ingester } from './ingest.ts'
import { createLabels } from './labels.ts'
import { createNewsBoard } from './news.ts'
import { createReading } from './reading.ts'
import { createTrafficReport } from './report.ts'
import type { Predictions } from './service.ts'
import type { PredictionTables } from './tables.ts'

export function createPredictions(platform: Platform, registry: Registry): Predictions {
  const db = platform.db.typed<PredictionTables>()
  const news = createNewsBoard()
  const featureNames = createFeatureNames(registeredNames(registry))
  let ingester: Ingester | undefined
  let hasOtherHosts = async () => false
  const catchUp = async () => ingester?.catchUp()
  const ctx: PredictionContext = { platform, db, tellNews: news.tell, catchUp, hasOtherHosts: () => hasOtherHosts() }
  return {
    ...createReading(ctx),
    ...createLabels(ctx),
    ...createTrafficReport(ctx),
    featureNames,
    onNews: news.listen,
    catchUp,
    openLog: (log) => {
      const opened = createIngester({ platform, db, folder: log.folder, owner: '', featureNames, tellNews: news.tell })
      ingester = opened
      hasOtherHosts = log.hasOtherHosts
      return {
        wake: opened.wake,
        stop: async () => {
          await opened.catchUp()
          await opened.stop()
        },
      }
    },
  }
}
