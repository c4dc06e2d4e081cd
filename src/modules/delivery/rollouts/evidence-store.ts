import type { Kysely } from 'kysely'
import type { Json } from '../../../kernel/json.ts'
import type { DeliveryTables } from '../tables.ts'

type Db = Kysely<DeliveryTables>

export interface EvidenceRange {
  readonly deployment: string
  readonly modelVersionId: string
  readonly afterSeq: number
}

/** Newest labeled rows that a decision looks at; more change the third digit of a metric at most. */
const maxLabeled = 50_000

/** Newest rows whose predictions are compared: a difference of 0.03 shows. */
const maxCompared = 10_000

export async function countRows(db: Db, range: EvidenceRange): Promise<{ predictions: number; labels: number }> {
  const row = await joined(db, range)
    .select((eb) => [eb.fn.countAll().as('predictions'), eb.fn.count('l.predictionId').as('labels')])
    .executeTakeFirst()
  return { predictions: Number(row?.predictions ?? 0), labels: Number(row?.labels ?? 0) }
}

export async function readLabeled(
  db: Db,
  range: EvidenceRange,
): Promise<{ outputs: Record<string, Json>; label: Json }[]> {
  const rows = await joined(db, range)
    .select(['p.outputs', 'l.value'])
    .where('l.value', 'is not', null)
    .orderBy('p.seq', 'desc')
    .limit(maxLabeled)
    .execute()
  return rows.map((row) => ({ outputs: JSON.parse(row.outputs), label: JSON.parse(row.value ?? 'null') }))
}

/** Outputs of the newest rows, labeled or not. */
export async function readOutputs(db: Db, range: EvidenceRange): Promise<Record<string, Json>[]> {
  const rows = await db
    .selectFrom('serving_predictions')
    .select('outputs')
    .where('deployment', '=', range.deployment)
    .where('modelVersionId', '=', range.modelVersionId)
    .where('seq', '>', range.afterSeq)
    .orderBy('seq', 'desc')
    .limit(maxCompared)
    .execute()
  return rows.map((row) => JSON.parse(row.outputs))
}

function joined(db: Db, range: EvidenceRange) {
  return db
    .selectFrom('serving_predictions as p')
    .leftJoin('serving_labels as l', 'l.predictionId', 'p.id')
    .where('p.deployment', '=', range.deployment)
    .where('p.modelVersionId', '=', range.modelVersionId)
    .where('p.seq', '>', range.afterSeq)
}
