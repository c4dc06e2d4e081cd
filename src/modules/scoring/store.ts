import type { Kysely } from 'kysely'
import { compareOutputs } from './compare.ts'
import type { Difference, DifferenceSummary } from './model.ts'
import type { ScoredRow } from './score-rows.ts'
import type { ComparisonRow, ScoringTables } from './tables.ts'

type Db = Kysely<ScoringTables>

const chunkSize = 500

/** A row of the prediction log with what the candidate answered to it. */
export function toComparison(
  subjectId: string,
  row: { readonly seq: number; readonly id: string; readonly outputs: Difference['outputs'] },
  scored: ScoredRow,
): ComparisonRow {
  const base = { subjectId, seq: row.seq, predictionId: row.id }
  if ('problem' in scored)
    return {
      ...base,
      outputs: null,
      problem: scored.problem.slice(0, 500),
      latencyUs: null,
      agreed: null,
      difference: null,
    }
  const { isAgreed, difference } = compareOutputs(row.outputs, scored.outputs)
  const { latencyUs } = scored
  return {
    ...base,
    outputs: JSON.stringify(scored.outputs),
    problem: null,
    latencyUs,
    agreed: isAgreed ? 1 : 0,
    difference,
  }
}

/** What is there already stays: a job that is run again adds nothing. */
export async function insertComparisons(db: Db, rows: readonly ComparisonRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += chunkSize)
    await db
      .insertInto('serving_comparisons')
      .values(rows.slice(at, at + chunkSize))
      .onConflict((conflict) => conflict.columns(['subjectId', 'seq']).doNothing())
      .execute()
}

/** Keeps the newest rows of a subject. */
export async function pruneComparisons(db: Db, subjectId: string, keep: number): Promise<void> {
  const oldest = await db
    .selectFrom('serving_comparisons')
    .select('seq')
    .where('subjectId', '=', subjectId)
    .orderBy('seq', 'desc')
    .offset(keep)
    .limit(1)
    .executeTakeFirst()
  if (oldest === undefined) return
  await db
    .deleteFrom('serving_comparisons')
    .where('subjectId', '=', subjectId)
    .where('seq', '<=', Number(oldest.seq))
    .execute()
}

export async function summarize(db: Db, subjectId: string): Promise<DifferenceSummary> {
  const row = await db
    .selectFrom('serving_comparisons')
    .select((eb) => [
      eb.fn.count('outputs').as('rowCount'),
      eb.fn.count('problem').as('failedCount'),
      eb.fn.sum('agreed').as('agreedCount'),
      eb.fn.avg('difference').as('meanDifference'),
      eb.fn.max('difference').as('maxDifference'),
    ])
    .where('subjectId', '=', subjectId)
    .executeTakeFirstOrThrow()
  const rowCount = Number(row.rowCount)
  const shares =
    rowCount === 0 ? {} : { p50Us: await latencyAt(db, subjectId, 0.5), p99Us: await latencyAt(db, subjectId, 0.99) }
  return {
    rowCount,
    failedCount: Number(row.failedCount),
    agreedCount: Number(row.agreedCount ?? 0),
    ...(rowCount === 0 ? {} : { meanDifference: Number(row.meanDifference), maxDifference: Number(row.maxDifference) }),
    ...shares,
  }

  async function latencyAt(db: Db, subjectId: string, share: number): Promise<number> {
    const found = await db
      .selectFrom('serving_comparisons')
      .select('latencyUs')
      .where('subjectId', '=', subjectId)
      .where('latencyUs', 'is not', null)
      .orderBy('latencyUs')
      .offset(Math.min(rowCount - 1, Math.floor(share * rowCount)))
      .limit(1)
      .executeTakeFirst()
    return Number(found?.latencyUs ?? 0)
  }
}

/** Failures first, then disagreements, then agreements; within each the farthest apart first. */
export async function listDifferences(db: Db, subjectId: string, limit: number): Promise<Difference[]> {
  const rows = await db
    .selectFrom('serving_comparisons as c')
    .innerJoin('serving_predictions as p', 'p.seq', 'c.seq')
    .leftJoin('serving_labels as l', 'l.predictionId', 'p.id')
    .select(['c.predictionId', 'c.agreed', 'c.difference', 'c.problem', 'c.outputs as candidate'])
    .select(['p.inputs', 'p.outputs', 'l.value as label'])
    .where('c.subjectId', '=', subjectId)
    .orderBy((eb) => eb.fn.coalesce('c.agreed', eb.lit(-1)))
    .orderBy('c.difference', 'desc')
    .orderBy('c.seq', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    predictionId: row.predictionId,
    ...(row.agreed === null ? {} : { isAgreed: row.agreed === 1 }),
    ...(row.difference === null ? {} : { difference: row.difference }),
    ...(row.problem === null ? {} : { problem: row.problem }),
    inputs: JSON.parse(row.inputs),
    outputs: JSON.parse(row.outputs),
    ...(row.candidate === null ? {} : { candidateOutputs: JSON.parse(row.candidate) }),
    ...(row.label === null ? {} : { label: JSON.parse(row.label) }),
  }))
}
