import { join } from 'node:path'
import type { ScoredRequest } from '../../../platform/data-plane/index.ts'
import type { ModelSource, PythonRuntime, Tensor, TensorSpec } from '../../../platform/inference/index.ts'
import {
  type ConversionReport as Converted,
  convertPythonModel,
  probabilitiesOutput,
  withConverters,
} from '../../../platform/runtimes/index.ts'
import type { StoredModel, StoredPython } from '../../servables/index.ts'
import type { ScoringContext } from '../context.ts'
import { toTensors } from '../row-tensors.ts'
import { ask, medianUs } from './ask.ts'
import type { ConversionReport } from './model.ts'
import { describeParity } from './parity.ts'
import { probesOf } from './probes.ts'
import type { RealRows } from './real-rows.ts'
import type { FiniteColumns } from './store.ts'
import { type Trial, tryCandidate } from './trial.ts'

/** The model has no ONNX form that could be served instead; the message says why. */
export class NotConvertible extends Error {
  readonly report: ConversionReport | undefined
  constructor(problem: string, report?: ConversionReport) {
    super(problem)
    this.report = report
  }
}

export interface Subject {
  readonly model: StoredModel & { readonly runtime: StoredPython }
  readonly featureNames: readonly string[] | undefined
  readonly rows: RealRows
  /** Empty; removed by whoever made it. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly onProgress: (text: string) => void
}

export interface Outcome {
  readonly path: string
  readonly finite: FiniteColumns
  readonly report: ConversionReport
}

/** Converts, and compares every form that comes out with the model. Throws `NotConvertible`. */
export async function convertModel(ctx: ScoringContext, subject: Subject): Promise<Outcome> {
  const { rows, onProgress } = subject
  const source = await openableSource(ctx, subject)
  for (const { name, datatype, isOptional } of source.inputs)
    if (datatype === 'BYTES' && isOptional)
      throw new NotConvertible(`texts of "${name}" may be missing, and ONNX has no missing text`)
  const { requests, skipped } = toRequests(source, rows)
  const [first] = requests
  if (first === undefined)
    throw new NotConvertible(`none of the rows (${rows.from.kind} ${rows.from.ref}) fits its signature`)
  const probes = probesOf(source.inputs, first)
  const all = [...requests, ...probes.map(({ tensors }) => tensors)]
  onProgress(`asking the model for ${requests.length} rows`)
  const expected = await ask(ctx, withProbabilities(source), { rows: all, signal: subject.signal })
  const made = await convertFiles(ctx, subject, { source, expected })
  const trials: Trial[] = []
  for (const candidate of made.candidates) {
    onProgress(`comparing the ${candidate.precision} form on ${requests.length} rows`)
    trials.push(await tryCandidate(ctx, candidate, { source, probes, all, expected, signal: subject.signal }))
  }
  return choose(ctx, trials, { made, rows, expected, rowCount: requests.length, skipped })
}

/** The probabilities behind the labels are compared too: labels alone hide how near they are to others. */
function withProbabilities(source: ModelSource & { runtime: PythonRuntime }): ModelSource {
  const { outputs, runtime } = source
  if (runtime.model.predict !== 'predict') return source
  const also = { predict: 'predict_proba', output: probabilitiesOutput }
  const probabilities: TensorSpec = { name: probabilitiesOutput, datatype: 'FP64', shape: [-1, -1] }
  return { ...source, outputs: [...outputs, probabilities], runtime: { ...runtime, model: { ...runtime.model, also } } }
}

/** The model as it is served in Python. */
async function openableSource(
  ctx: ScoringContext,
  { model, featureNames, onProgress }: Subject,
): Promise<ModelSource & { runtime: PythonRuntime }> {
  const { signature } = model
  const { path, runtime } = await ctx.servables.openPythonModel(model, onProgress)
  return {
    path,
    inputs: signature.inputs as TensorSpec[],
    outputs: signature.outputs as TensorSpec[],
    runtime: { ...runtime, instances: 1 },
    featureNames: featureNames ?? model.runtime.featureNames,
  }
}

function toRequests(source: ModelSource, { values }: RealRows): { requests: Tensor[][]; skipped: number } {
  const model = { inputs: source.inputs, featureNames: source.featureNames }
  const requests = values.flatMap((row) => {
    try {
      return [toTensors(model, row)]
    } catch {
      return []
    }
  })
  return { requests, skipped: values.length - requests.length }
}

async function convertFiles(
  ctx: ScoringContext,
  { model, folder, signal, onProgress }: Subject,
  { source, expected }: { source: ModelSource & { runtime: PythonRuntime }; expected: readonly ScoredRequest[] },
): Promise<Converted> {
  const answer = expected.find((each) => !('problem' in each))
  if (answer === undefined || 'problem' in answer) {
    const problem = expected[0] !== undefined && 'problem' in expected[0] ? expected[0].problem : 'no answer'
    throw new NotConvertible(`the model refuses every row: ${problem}`)
  }
  const wanted = withConverters(model.runtime.requirements)
  const interpreter = await ctx.servables
    .environments()
    .ensure(wanted, (line) => onProgress(`building the environment of the converters: ${line}`))
  onProgress('converting')
  const { processes } = ctx.platform
  const given = {
    processes,
    folder: join(folder, 'onnx'),
    signal,
    outputs: answer.outputs.filter(({ name }) => name !== probabilitiesOutput),
  }
  const made = await convertPythonModel(source, { ...source.runtime, interpreter }, given).catch((error: Error) => {
    signal.throwIfAborted()
    throw new NotConvertible(error.message)
  })
  if (made.candidates.length === 0) throw new NotConvertible(`it cannot be converted: ${made.problems.join('; ')}`)
  return made
}

interface Facts {
  readonly made: Converted
  readonly rows: RealRows
  readonly expected: readonly ScoredRequest[]
  readonly rowCount: number
  readonly skipped: number
}

/** The form whose numbers are nearest to the model's. */
function choose(ctx: ScoringContext, trials: readonly Trial[], facts: Facts): Outcome {
  const { made, rows, expected, rowCount, skipped } = facts
  const tolerance = ctx.serving.scoringSettings.conversionTolerance
  const worst = ({ outputs }: Trial) => Math.max(0, ...outputs.map(({ maxRelative = 0 }) => maxRelative))
  const labels = ({ outputs }: Trial) => outputs.reduce((sum, { disagreementCount }) => sum + disagreementCount, 0)
  const rank = (trial: Trial) => (trial.problem === undefined ? 0 : trial.outputs.length > 0 ? 1 : 2)
  const [best, ...others] = [...trials].sort(
    (a, b) => rank(a) - rank(b) || labels(a) - labels(b) || worst(a) - worst(b),
  )
  const real = expected.slice(0, rowCount)
  const report: ConversionReport = {
    rows: rows.from,
    rowCount,
    skippedCount: skipped + real.filter((each) => 'problem' in each).length,
    tolerance,
    precision: best?.candidate.precision,
    outputs: best?.outputs ?? [],
    strictColumns: Object.keys(best?.finite ?? {}),
    pythonP50Us: medianUs(real),
    onnxP50Us: best?.p50Us,
    versions: { ...made.versions },
    rejected: [
      ...others.map((trial) => `${trial.candidate.precision}: ${trial.problem ?? describeParity(trial.outputs)}`),
      ...made.problems,
    ],
  }
  if (best === undefined || best.problem !== undefined)
    throw new NotConvertible(
      `its ${best?.candidate.precision} form is not good enough on ${rowCount} rows: ${best?.problem}`,
      report,
    )
  return { path: best.candidate.served, finite: best.finite, report }
}
