/**
 * The step's side of the step protocol, without dependencies. The server names a file in `SLIPWAY_STEP` that says what
 * the step is, where its inputs lie and where its outputs go; the step writes files, and `result.json` for its metrics.
 *
 *   import { step } from 'slipway/step'
 *
 *   await step(async ({ input, output, parameters, log }) => {
 *     const rows = await readFile(input('table').file('train.csv'), 'utf8')
 *     log(`training with depth ${parameters.number('depth')}`)
 *     await writeFile(output('model').path('model.onnx'), train(rows))
 *     return { metrics: { auc: 0.71 }, params: { depth: 4 } }
 *   })
 *
 * A step written in another language reads and writes the same two JSON files.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** One value of a metric, or its history: pairs of step number and value. */
export type MetricValue = number | readonly { readonly step: number; readonly value: number }[]

/** What a step tells about itself; every part goes to its tracking run. */
export interface StepResult {
  readonly metrics?: Readonly<Record<string, MetricValue>>
  readonly params?: Readonly<Record<string, string | number | boolean>>
  readonly tags?: Readonly<Record<string, string>>
  /** Format of the files under a model output, such as `onnx`; otherwise told from their names. */
  readonly modelFormat?: string
  /** Names, types and shapes of what the model takes and gives, when its files do not say so themselves. */
  readonly modelSignature?: unknown
}

/** `step.json` as the server writes it. */
export interface StepFile {
  readonly url: string
  readonly token: string
  readonly runId: string
  readonly experimentId: string
  readonly pipelineRunId: string
  readonly stepRunId: string
  readonly attempt: number
  readonly parameters: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, StepInputFile>>
  readonly outputs: Readonly<Record<string, { readonly kind: string; readonly dir: string }>>
  readonly resultPath: string
}

export interface StepInputFile {
  /** `dataset`, `model` or `files`. */
  readonly kind: string
  /** As written in the definition: `dataset/flights@latest`. */
  readonly ref: string
  readonly versionId?: string
  readonly dir?: string
  readonly files: readonly { readonly path: string; readonly localPath: string }[]
}

export interface StepContext {
  readonly definition: StepFile
  readonly parameters: StepParameters
  /** An input by its name. Throws when the step has none of that name, or when it is optional and absent. */
  readonly input: (name: string) => StepInput
  /** An optional input; undefined when what it names does not exist yet. */
  readonly findInput: (name: string) => StepInput | undefined
  readonly output: (name: string) => StepOutput
  /** One line in the step's log. */
  readonly log: (message: string) => void
}

export interface StepInput {
  readonly ref: string
  readonly versionId: string | undefined
  /** Paths of the files within the input, and where each lies on this machine (read-only). */
  readonly files: readonly { readonly path: string; readonly localPath: string }[]
  /** Local path of the file with this path within the input; without a path, of its only file. */
  readonly file: (path?: string) => string
}

export interface StepOutput {
  readonly dir: string
  /** Where to write a file of this output; its folder is made. */
  readonly path: (path: string) => string
}

/** The parameters of the run by type: a wrong or missing one is an error that names it. */
export interface StepParameters {
  readonly number: (name: string) => number
  readonly text: (name: string) => string
  readonly boolean: (name: string) => boolean
}

/**
 * Runs the body of a step. What it returns becomes `result.json`; what it throws is printed and ends the process with
 * exit code 1, which the server counts as a failed attempt.
 */
export async function step(body: (context: StepContext) => Promise<StepResult | undefined>): Promise<void> {
  try {
    const definition = readDefinition()
    const result = await body(createContext(definition))
    mkdirSync(dirname(definition.resultPath), { recursive: true })
    writeFileSync(definition.resultPath, JSON.stringify(result ?? {}))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exitCode = 1
  }
}

function readDefinition(): StepFile {
  const path = process.env.SLIPWAY_STEP
  if (path === undefined)
    throw new Error(
      'SLIPWAY_STEP is not set: this script is a pipeline step. Start it with: slipway pipelines runs start',
    )
  return JSON.parse(readFileSync(path, 'utf8')) as StepFile
}

function createContext(definition: StepFile): StepContext {
  const findInput = (name: string) => {
    const input = named(definition.inputs, name, 'input')
    return input.dir === undefined && input.files.length === 0 ? undefined : openInput(name, input)
  }
  return {
    definition,
    parameters: readParameters(definition.parameters),
    findInput,
    input: (name) => {
      const input = findInput(name)
      if (input === undefined)
        throw new Error(`The input ${name} (${definition.inputs[name]?.ref}) does not exist yet.`)
      return input
    },
    output: (name) => openOutput(named(definition.outputs, name, 'output').dir),
    log: (message) => process.stdout.write(`${message}\n`),
  }
}

function openInput(name: string, input: StepInputFile): StepInput {
  const paths = input.files.map((file) => file.path).join(', ')
  return {
    ref: input.ref,
    versionId: input.versionId,
    files: input.files,
    file: (path) => {
      if (path === undefined && input.files.length !== 1)
        throw new Error(`The input ${name} has ${input.files.length} files (${paths}): name one of them.`)
      const found = path === undefined ? input.files[0] : input.files.find((file) => file.path === path)
      if (found === undefined) throw new Error(`The input ${name} has no file ${path}; it has ${paths}.`)
      return found.localPath
    },
  }
}

function openOutput(dir: string): StepOutput {
  return {
    dir,
    path: (path) => {
      const full = join(dir, path)
      mkdirSync(dirname(full), { recursive: true })
      return full
    },
  }
}

function readParameters(values: Readonly<Record<string, unknown>>): StepParameters {
  const typed = <T>(name: string, type: string): T => {
    const value = named(values, name, 'parameter')
    if (typeof value !== type) throw new Error(`The parameter ${name} is ${JSON.stringify(value)}, not a ${type}.`)
    return value as T
  }
  return {
    number: (name) => typed<number>(name, 'number'),
    text: (name) => typed<string>(name, 'string'),
    boolean: (name) => typed<boolean>(name, 'boolean'),
  }
}

function named<T>(values: Readonly<Record<string, T>>, name: string, noun: string): T {
  if (!Object.hasOwn(values, name)) {
    const known = Object.keys(values).join(', ') || 'none'
    throw new Error(`This step has no ${noun} ${name}; it has ${known}.`)
  }
  return values[name] as T
}
