import { actorToColumn, currentActor } from '../../kernel/actor.ts'
import { canonicalJson } from '../../kernel/json.ts'
import { faultPoint } from '../../platform/runtime/index.ts'
import type { PredictionContext } from './context.ts'
import { findLabeled, findLabels, type LabeledPrediction, saveLabelChanges, saveLabels } from './label-store.ts'
import { type LabelInput, labelsRecorded, type RecordedLabels } from './model.ts'
import type { LabelRow, PredictionTx } from './tables.ts'
import { untilThere } from './until-there.ts'

export function createLabels(env: PredictionContext) {
  /**
   * Joins labels to predictions. A client may send the label right after the answer, before the prediction is a row: that is
   * waited for. Within one call the last label of a prediction wins.
   */
  async function recordLabels(labels: readonly LabelInput[]): Promise<RecordedLabels> {
    const last = new Map(labels.map((label) => [label.predictionId, label]))
    const ids = [...last.keys()]
    let known: Awaited<ReturnType<typeof findLabeled>> = new Map()
    await untilThere(env, async () => {
      known = await findLabeled(env.db.read, ids)
      return known.size === ids.length
    })
    const rows = ids.flatMap((id) => toRow(env, last.get(id), known.get(id)?.deployment))
    const counts = await env.db.transaction((tx) => write(env, tx, { rows, known }))
    faultPoint('serving.labels.recorded')
    return { ...counts, unknownIds: ids.filter((id) => !known.has(id)) }
  }

  return { recordLabels }
}

function toRow(env: PredictionContext, label: LabelInput | undefined, deployment: string | undefined): LabelRow[] {
  if (label === undefined || deployment === undefined) return []
  const now = env.platform.clock.now()
  return [
    {
      predictionId: label.predictionId,
      deployment,
      value: canonicalJson(label.label),
      observedAt: label.observedAt ?? now,
      recordedAt: now,
      actor: actorToColumn(currentActor()),
    },
  ]
}

async function write(
  env: PredictionContext,
  tx: PredictionTx,
  { rows, known }: { rows: readonly LabelRow[]; known: ReadonlyMap<string, LabeledPrediction> },
): Promise<Omit<RecordedLabels, 'unknownIds'>> {
  const before = await findLabels(
    tx.query,
    rows.map((row) => row.predictionId),
  )
  const changed = rows.filter((row) => before.get(row.predictionId)?.value !== row.value)
  const replaced = changed.flatMap((row) => before.get(row.predictionId) ?? [])
  await saveLabelChanges(tx.query, replaced, env.platform.clock.now())
  await saveLabels(tx.query, changed)
  const byDeployment = Map.groupBy(changed, (row) => row.deployment)
  for (const [deployment, labels] of byDeployment) {
    const times = labels.map((label) => known.get(label.predictionId)?.eventAt ?? 0)
    const [from, to] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))]
    await env.platform.events.emit(tx, labelsRecorded, deployment, { deployment, count: labels.length, from, to })
  }
  const labeled = changed.map((row) => row.predictionId)
  if (labeled.length > 0) await env.tellNews(tx, { deployments: [...byDeployment.keys()], labeled })
  return {
    recordedCount: changed.length,
    unchangedCount: rows.length - changed.length,
    changedCount: replaced.length,
  }
}
