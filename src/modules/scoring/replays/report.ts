import type { Kysely } from 'kysely'
import type { Json } from '../../../kernel/json.ts'
import { isSameClass, type LabeledOutcome, qualityOf, readOutcome } from '../../predictions/index.ts'
import { summarize } from '../store.ts'
import type { ScoringTables } from '../tables.ts'
import type { ReplayReport } from './model.ts'
import { type SlicedRow, worstSlices } from './slices.ts'

type Db = Kysely<ScoringTables>

const pageRows = 5000

/** What a replay found, from the stored comparisons: it can be made again at any time, with the labels of then. */
export async function makeReport(db: Db, replayId: string): Promise<Omit<ReplayReport, 'champion'>> {
  const served: LabeledOutcome[] = []
  const candidate: LabeledOutcome[] = []
  const sliced: SlicedRow[] = []
  for await (const row of compared(db, replayId)) {
    const [theirs, ours] = [readOutcome(row.outputs), readOutcome(row.candidate)]
    if (row.label === undefined) {
      sliced.push({ inputs: row.inputs, isAgreed: row.isAgreed })
      continue
    }
    const { label } = row
    served.push({ ...theirs, label })
    candidate.push({ ...ours, label })
    const isCorrect = (predicted: Json | undefined) => predicted !== undefined && isSameClass(predicted, label)
    const correct = { served: isCorrect(theirs.predicted), candidate: isCorrect(ours.predicted) }
    sliced.push({ inputs: row.inputs, isAgreed: row.isAgreed, correct })
  }
  return {
    summary: await summarize(db, replayId),
    labelCount: served.length,
    served: qualityOf(served),
    candidate: qualityOf(candidate),
    slices: worstSlices(sliced),
  }
}

interface ComparedRow {
  readonly inputs: Record<string, Json>
  readonly outputs: Record<string, Json>
  readonly candidate: Record<string, Json>
  readonly isAgreed: boolean
  readonly label?: Json
}

/** Page by page, with a breath between them: requests must not wait for a report. */
async function* compared(db: Db, replayId: string): AsyncIterable<ComparedRow> {
  for (let afterSeq = 0; ; ) {
    const rows = await db
      .selectFrom('serving_comparisons as c')
      .innerJoin('serving_predictions as p', 'p.seq', 'c.seq')
      .leftJoin('serving_labels as l', 'l.predictionId', 'p.id')
      .select(['c.seq', 'c.outputs as candidate', 'c.agreed', 'p.inputs', 'p.outputs', 'l.value as label'])
      .where('c.subjectId', '=', replayId)
      .where('c.seq', '>', afterSeq)
      .orderBy('c.seq')
      .limit(pageRows)
      .execute()
    for (const row of rows) {
      afterSeq = Number(row.seq)
      if (row.candidate === null) continue
      yield {
        inputs: JSON.parse(row.inputs),
        outputs: JSON.parse(row.outputs),
        candidate: JSON.parse(row.candidate),
        isAgreed: row.agreed === 1,
        ...(row.label === null ? {} : { label: JSON.parse(row.label) }),
      }
    }
    if (rows.length < pageRows) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}
