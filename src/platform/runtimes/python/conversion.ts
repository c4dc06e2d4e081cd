import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ModelSource, PythonRuntime, TensorSpec } from '../../inference/index.ts'
import type { Processes } from '../../process/index.ts'
import type { Requirements } from './requirements.ts'

/** Turns a Python model into ONNX files, in a process of its own; whether they answer as the model does is not known yet. */

const converters = ['skl2onnx==1.20.0', 'onnxmltools==1.16.0', 'onnx==1.23.2']

/** What a model needs, and the converters in fixed versions; where the model names one of them itself, its version goes. */
export function withConverters({ lines, python }: Requirements): Requirements {
  const nameOf = (line: string) => /^[\w.-]+/.exec(line)?.[0].toLowerCase().replaceAll('_', '-')
  const own = new Set(lines.map(nameOf))
  return { lines: [...lines, ...converters.filter((line) => !own.has(nameOf(line)))], python }
}

/** Output of a `check` file with a classifier's probabilities, beside what is served. */
export const probabilitiesOutput = 'slipway.probabilities'

export interface ConversionReport {
  /** By package: what it was made with. */
  readonly versions: Readonly<Record<string, string>>
  readonly candidates: readonly ConversionCandidate[]
  /** Why there is no candidate, or not one more. */
  readonly problems: readonly string[]
}

export interface ConversionCandidate {
  /** FP64 or FP32: what the numbers of the graph are. */
  readonly precision: string
  /** Path of the file that has the served outputs. */
  readonly served: string
  /** Path of the file that may have `probabilitiesOutput` too. */
  readonly check: string
}

export interface ConversionOptions {
  readonly processes: Processes
  /** Made, and removed by whoever asked. */
  readonly folder: string
  readonly signal: AbortSignal
}

const script = fileURLToPath(new URL('./convert.py', import.meta.url))
const limitMs = 10 * 60_000
const tailLines = 8

/** `outputs` are those of real answers. Throws with what the process said when it fails. */
export async function convertPythonModel(
  source: ModelSource,
  runtime: PythonRuntime,
  given: ConversionOptions & { readonly outputs: readonly TensorSpec[] },
): Promise<ConversionReport> {
  const { processes, folder, signal } = given
  await mkdir(folder, { recursive: true })
  const [givenPath, logPath] = ['given.json', 'convert.out'].map((name) => join(folder, name)) as [string, string]
  const outputs = given.outputs.map(({ name, datatype, shape }) => ({ name, datatype, rank: shape.length }))
  const spec = { folder: source.path, target: folder, model: runtime.model, inputs: source.inputs, outputs }
  await writeFile(givenPath, JSON.stringify({ ...spec, features: source.featureNames }))
  await rm(join(folder, 'report.json'), { force: true })
  const child = await processes.start(
    {
      command: runtime.interpreter,
      args: [script, givenPath],
      cwd: source.path,
      env: {
        PATH: [dirname(runtime.interpreter), '/usr/local/bin:/usr/bin:/bin'].join(':'),
        HOME: folder,
        LANG: 'C.UTF-8',
        PYTHONDONTWRITEBYTECODE: '1',
      },
      logPath,
      timeoutMs: limitMs,
      ...(runtime.memoryBytes === undefined ? {} : { memoryLimitBytes: runtime.memoryBytes }),
    },
    signal,
  )
  const { code, signal: ending, reason } = await child.exited
  if (code !== 0) throw new Error(await explain(logPath, reason ?? ending ?? `exit code ${code}`))
  const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as ConversionReport
  const inFolder = ({ precision, served, check }: ConversionCandidate) => ({
    precision,
    served: join(folder, served),
    check: join(folder, check),
  })
  return { ...report, candidates: report.candidates.map(inFolder) }
}

async function explain(logPath: string, how: string): Promise<string> {
  const log = await readFile(logPath, 'utf8').catch(() => '')
  const lines = log.split('\n').filter((line) => line.trim() !== '')
  return `its conversion ended (${how}):\n${lines.slice(-tailLines).join('\n')}`
}
