import type { Platform } from '../../platform/platform.ts'
import type { Registry } from '../registry/index.ts'
import { createFeatureNames, registeredNames } from './feature-names.ts'
import { getPrediction } from './get.ts'
import { createIngester, type Ingester } from './ingest.ts'
import { recordLabels } from './labels.ts'
import { createNewsBoard } from './news.ts'
import { reportTraffic } from './report.ts'
import type { Predictions } from './service.ts'
import { lastSeq, listPredictions, nextEventAt, readWindow } from './store.ts'
import type { PredictionTables } from './tables.ts'
import { listTraffic } from './traffic-store.ts'

const hourMs = 3_600_000

export function createPredictions(platform: Platform, registry: Registry): Predictions {
  const db = platform.db.typed<PredictionTables>()
  const news = createNewsBoard()
  const featureNames = createFeatureNames(registeredNames(registry))
  let ingester: Ingester | undefined
  let hasOtherHosts = async () => false
  const catchUp = async () => ingester?.catchUp()
  const ctx = { platform, db, tellNews: news.tell, catchUp, hasOtherHosts: () => hasOtherHosts() }
  return {
    listPredictions: (query) => listPredictions(db.read, query),
    getPrediction: (id) => getPrediction(ctx, id),
    predictionWindow: async (query) => ({ deployment: query.deployment, rows: await readWindow(db.read, query) }),
    nextEventAt: (query) => nextEventAt(db.read, query),
    recordLabels: (labels) => recordLabels(ctx, labels),
    traffic: async ({ deployment, from, to = platform.clock.now() }) => {
      const range = { deployment, from: from ?? to - hourMs, to }
      return reportTraffic(await listTraffic(db.read, range), range)
    },
    lastSeq: (deployment) => lastSeq(db.read, deployment),
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
