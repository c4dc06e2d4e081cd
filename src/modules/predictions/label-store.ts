import type { Kysely } from 'kysely'
import type { LabelRow, PredictionTables } from './tables.ts'

type Db = Kysely<PredictionTables>

const chunkSize = 1000

/** What a label needs to know of its prediction. */
export interface LabeledPrediction {
  readonly deployment: string
  readonly eventAt: number
}

/** The predictions that exist, by id. */
export async function findLabeled(db: Db, ids: readonly string[]): Promise<Map<string, LabeledPrediction>> {
  const found = new Map<string, LabeledPrediction>()
  for (const chunk of chunks(ids)) {
    const rows = await db
      .selectFrom('serving_predictions')
      .select(['id', 'deployment', 'eventAt'])
      .where('id', 'in', chunk)
      .execute()
    for (const { id, deployment, eventAt } of rows) found.set(id, { deployment, eventAt })
  }
  return found
}

export async function findLabels(db: Db, ids: readonly string[]): Promise<Map<string, LabelRow>> {
  const found = new Map<string, LabelRow>()
  for (const chunk of chunks(ids)) {
    const rows = await db.selectFrom('serving_labels').selectAll().where('predictionId', 'in', chunk).execute()
    for (const row of rows) found.set(row.predictionId, row)
  }
  return found
}

/** Stores labels, replacing what is there. */
export async function saveLabels(db: Db, labels: readonly LabelRow[]): Promise<void> {
  for (const chunk of chunks(labels)) {
    await db
      .insertInto('serving_labels')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.column('predictionId').doUpdateSet((eb) => ({
          value: eb.ref('excluded.value'),
          observedAt: eb.ref('excluded.observedAt'),
          recordedAt: eb.ref('excluded.recordedAt'),
          actor: eb.ref('excluded.actor'),
        })),
      )
      .execute()
  }
}

/** Keeps labels that are about to be replaced. */
export async function saveLabelChanges(db: Db, replaced: readonly LabelRow[], replacedAt: number): Promise<void> {
  for (const chunk of chunks(replaced)) {
    await db
      .insertInto('serving_label_changes')
      .values(
        chunk.map(({ predictionId, value, observedAt, recordedAt, actor }) => ({
          predictionId,
          value,
          observedAt,
          recordedAt,
          actor,
          replacedAt,
        })),
      )
      .execute()
  }
}

function chunks<T>(items: readonly T[]): T[][] {
  const parts: T[][] = []
  for (let at = 0; at < items.length; at += chunkSize) parts.push(items.slice(at, at + chunkSize))
  return parts
}
