import type { ScoredRequest } from '../../../platform/data-plane/index.ts'
import type { ModelSource, Tensor } from '../../../platform/inference/index.ts'
import { type ConversionCandidate, inspectModel } from '../../../platform/runtimes/index.ts'
import type { ScoringContext } from '../context.ts'
import { ask, medianUs } from './ask.ts'
import type { ConversionReport } from './model.ts'
import { compareAnswers, describeParity, isWithin } from './parity.ts'
import { judgeProbes, type Probe } from './probes.ts'
import type { FiniteColumns } from './store.ts'

/** One form that was compared with the model. */
export interface Trial {
  readonly candidate: ConversionCandidate
  readonly outputs: ConversionReport['outputs']
  readonly finite: FiniteColumns
  readonly p50Us: number | undefined
  readonly problem: string | undefined
}

export interface Asked {
  readonly source: ModelSource
  readonly probes: readonly Probe[]
  readonly all: readonly (readonly Tensor[])[]
  readonly expected: readonly ScoredRequest[]
  readonly signal: AbortSignal
}

/** `expected` are the model's answers to the rows and, behind them, to the probes. */
export async function tryCandidate(ctx: ScoringContext, candidate: ConversionCandidate, asked: Asked): Promise<Trial> {
  const { source, probes, all, expected, signal } = asked
  const tolerance = ctx.serving.scoringSettings.conversionTolerance
  try {
    const runtime = { kind: 'onnx', converted: { finite: {} } } as const
    const form = {
      path: candidate.check,
      inputs: source.inputs,
      outputs: [],
      runtime,
      featureNames: source.featureNames,
    }
    const onnx = await ask(ctx, form, { rows: all, signal })
    const count = all.length - probes.length
    const { outputs, problem } = compareRows(expected.slice(0, count), onnx.slice(0, count))
    const judged = judgeProbes(probes, { expected: expected.slice(count), given: onnx.slice(count) }, tolerance)
    const parity = isWithin(outputs, tolerance) ? undefined : describeParity(outputs)
    const p50Us = medianUs(onnx.slice(0, count))
    return { candidate, outputs, finite: judged.finite, p50Us, problem: problem ?? parity ?? judged.problem }
  } catch (error) {
    signal.throwIfAborted()
    const problem = await whyUnusable(candidate.check, error)
    return { candidate, outputs: [], finite: {}, p50Us: undefined, problem }
  }
}

/** The process that could not load a file says little; a look into the file says what is wrong with it. */
function whyUnusable(path: string, error: unknown): Promise<string> {
  return inspectModel(path).then(
    () => (error instanceof Error ? error.message : String(error)),
    (reason: Error) => reason.message,
  )
}

/** A row that only one of them answers is a difference that no tolerance covers. */
function compareRows(expected: readonly ScoredRequest[], given: readonly ScoredRequest[]) {
  const both: [readonly Tensor[], readonly Tensor[]][] = []
  let problem: string | undefined
  expected.forEach((theirs, row) => {
    const ours = given[row]
    if ('problem' in theirs) {
      if (ours !== undefined && !('problem' in ours))
        problem ??= `it answers a row that the model refuses: ${theirs.problem}`
    } else if (ours === undefined || 'problem' in ours)
      problem ??= `it fails on a row that the model answers: ${ours?.problem}`
    else both.push([theirs.outputs, ours.outputs])
  })
  const outputs = compareAnswers(
    both.map(([theirs]) => theirs),
    both.map(([, ours]) => ours),
  )
  return { outputs, problem }
}
