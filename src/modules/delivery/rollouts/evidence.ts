import { addBuckets, type Buckets, percentile } from '../../../platform/inference/index.ts'
import { listTraffic, qualityOf, readOutcome, type TrafficCount } from '../../predictions/index.ts'
import type { DeliveryDb } from '../tables.ts'
import { judge } from './decide.ts'
import { countRows, readLabeled, readOutputs } from './evidence-store.ts'
import type { RolloutEvidence, VariantEvidence } from './model.ts'
import { predictionShift } from './shift.ts'
import type { StoredRollout } from './store.ts'

const minuteMs = 60_000

/**
 * The numbers a decision stands on: requests, errors and latency of both variants since the rollout began, and their
 * predictions and labels in the current step. Within a step the weights stand still, so both variants saw the same
 * hours in the same proportion; over several steps the candidate would be judged by the later hours alone.
 */
export async function gatherEvidence(db: DeliveryDb, rollout: StoredRollout, now: number): Promise<RolloutEvidence> {
  const from = rollout.startedAt - (rollout.startedAt % minuteMs)
  const traffic = await listTraffic(db.read, { deployment: rollout.deployment, from, to: now + minuteMs })
  const side = (modelVersionId: string, version: number) =>
    variantEvidence(db, { rollout, modelVersionId, variant: `v${version}`, traffic })
  const candidate = await side(rollout.modelVersionId, rollout.version)
  const champion = await side(rollout.championModelVersionId, rollout.championVersion)
  const numbers = {
    from: rollout.startedAt,
    to: now,
    step: rollout.step,
    stepPredictions: candidate.predictionCount,
    stepLabels: candidate.labelCount,
    candidate,
    champion,
    predictionShift: rollout.analysis.maxPredictionShift === undefined ? undefined : await shiftOf(db, rollout),
  }
  return { ...numbers, checks: judge(rollout.analysis, numbers) }
}

async function shiftOf(db: DeliveryDb, rollout: StoredRollout) {
  const outcomesOf = async (modelVersionId: string) => {
    const range = { deployment: rollout.deployment, modelVersionId, afterSeq: rollout.stepStartedSeq }
    return (await readOutputs(db.read, range)).map((outputs) => readOutcome(outputs, rollout.analysis.output))
  }
  return predictionShift(await outcomesOf(rollout.modelVersionId), await outcomesOf(rollout.championModelVersionId))
}

interface Side {
  readonly rollout: StoredRollout
  readonly modelVersionId: string
  readonly variant: string
  readonly traffic: readonly TrafficCount[]
}

async function variantEvidence(
  db: DeliveryDb,
  { rollout, modelVersionId, variant, traffic }: Side,
): Promise<VariantEvidence> {
  const range = { deployment: rollout.deployment, modelVersionId, afterSeq: rollout.stepStartedSeq }
  const counts = await countRows(db.read, range)
  const labeled = await readLabeled(db.read, range)
  const outcomes = labeled.map(({ outputs, label }) => ({ ...readOutcome(outputs, rollout.analysis.output), label }))
  const own = traffic.filter((count) => count.variant === variant)
  const buckets: Buckets = {}
  for (const count of own) addBuckets(buckets, count.buckets)
  return {
    variant,
    modelVersionId,
    predictionCount: counts.predictions,
    labelCount: counts.labels,
    requestCount: own.reduce((sum, count) => sum + count.requestCount, 0),
    errorCount: own.reduce((sum, count) => sum + count.errorCount, 0),
    p99Us: percentile(buckets, 0.99),
    ...qualityOf(outcomes),
  }
}
