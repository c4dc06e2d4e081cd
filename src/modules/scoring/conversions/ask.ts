import { openScorer, type ScoredRequest, type Scorer } from '../../../platform/data-plane/index.ts'
import { cutRows, joinRows, type ModelSource, type Tensor } from '../../../platform/inference/index.ts'
import type { ScoringContext } from '../context.ts'

type Row = readonly Tensor[]

/** So many are asked alone, for the time of one; the others together, which the data plane does too. */
const aloneRows = 50
const chunkRows = 100

/** Rows of equal shape, in a process of its own; the answers in order. Throws `scorer_lost` when the process ends. */
export async function ask(
  ctx: ScoringContext,
  source: ModelSource,
  { rows, signal }: { readonly rows: readonly Row[]; readonly signal: AbortSignal },
): Promise<ScoredRequest[]> {
  const { platform } = ctx
  const { runLimitMs, memoryLimitBytes } = ctx.serving.scoringSettings
  const scorer = await openScorer({
    processes: platform.processes,
    folder: await platform.workDir('serving'),
    name: platform.ids('cnv'),
    source,
    runLimitMs,
    memoryLimitBytes,
  })
  try {
    const answers = await scorer.run(rows.slice(0, aloneRows))
    for (let at = aloneRows; at < rows.length; at += chunkRows) {
      signal.throwIfAborted()
      answers.push(...(await askTogether(scorer, rows.slice(at, at + chunkRows))))
    }
    return answers
  } finally {
    await scorer.stop()
  }
}

/** One run; when it fails, each row by itself, so that the one that is refused is known. */
async function askTogether(scorer: Scorer, rows: readonly Row[]): Promise<ScoredRequest[]> {
  const [answer] = await scorer.run([joinRows(rows)])
  const isWhole =
    answer !== undefined && 'outputs' in answer && answer.outputs.every(({ shape }) => shape[0] === rows.length)
  if (!isWhole) return scorer.run(rows)
  const { outputs, latencyUs } = answer
  return rows.map((_, row) => ({ outputs: cutRows(outputs, row, row + 1), latencyUs }))
}

/** Median time of one row: of those that were asked alone. */
export function medianUs(answers: readonly ScoredRequest[]): number | undefined {
  const alone = answers.slice(0, aloneRows).flatMap((each) => ('problem' in each ? [] : [each.latencyUs]))
  return alone.sort((a, b) => a - b)[Math.floor(alone.length / 2)]
}
