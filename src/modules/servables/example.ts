import { z } from 'zod'
import { openScorer } from '../../platform/data-plane/index.ts'
import { isDatatype, type Tensor, tensorFromJson, toJsonValues } from '../../platform/inference/index.ts'
import type { ModelVersion } from '../registry/index.ts'
import type { ServableContext } from './context.ts'
import { servableErrors } from './model.ts'
import { findSource } from './source.ts'

/**
 * A recorded request with its answer, kept as `slipway-example.json` among the files of a version: the `inputs` and `outputs` of
 * the Open Inference Protocol as they were sent and answered when the model was made. The model must still answer so.
 */
const exampleFileName = 'slipway-example.json'

const Recorded = z.object({
  name: z.string().min(1),
  datatype: z.string().refine(isDatatype),
  shape: z.array(z.number().int().min(0)),
  data: z.array(z.json()),
})

const Example = z.object({
  inputs: z.array(Recorded).min(1),
  outputs: z.array(Recorded).min(1),
  /** Numbers may differ by so much, absolutely and of their size. */
  tolerance: z.number().min(0).default(1e-4),
})
type Example = z.infer<typeof Example>

/** Throws `model_not_servable` when the version brings an example that it does not answer as recorded. Runs it once. */
export async function checkExample(env: ServableContext, version: ModelVersion, digest: string): Promise<void> {
  const file = version.files.find(({ path }) => path === exampleFileName || path.endsWith(`/${exampleFileName}`))
  if (file === undefined || env.checkedExamples.has(version.id)) return
  const problem = await findProblem(env, { text: await env.platform.blobs.bytes(file.digest), digest, id: version.id })
  if (problem !== undefined)
    throw servableErrors.model_not_servable({
      modelVersionId: version.id,
      problem: `it does not answer its ${file.path} as recorded: ${problem}.`,
      fix: 'Correct the model or the example and register a new version.',
    })
  env.checkedExamples.add(version.id)
}

async function findProblem(
  env: ServableContext,
  { text, digest, id }: { readonly text: Buffer; readonly digest: string; readonly id: string },
): Promise<string | undefined> {
  let example: Example
  let inputs: Tensor[]
  let expected: Tensor[]
  try {
    example = Example.parse(JSON.parse(text.toString()))
    inputs = example.inputs.map(toTensor)
    expected = example.outputs.map(toTensor)
  } catch (error) {
    return `it cannot be read (${error instanceof Error ? error.message.slice(0, 300) : error})`
  }
  const answer = await run(env, { inputs, digest, id })
  if ('problem' in answer) return answer.problem
  for (const tensor of expected) {
    const difference = differs(
      tensor,
      answer.outputs.find(({ name }) => name === tensor.name),
      example.tolerance,
    )
    if (difference !== undefined) return `output "${tensor.name}" ${difference}`
  }
  return undefined
}

/** In a process of its own, with the limits of Python models: it may crash or hang. */
async function run(
  env: ServableContext,
  { inputs, digest, id }: { readonly inputs: readonly Tensor[]; readonly digest: string; readonly id: string },
): Promise<{ readonly outputs: readonly Tensor[] } | { readonly problem: string }> {
  const { processes } = env.platform
  const { timeoutMs: runLimitMs, memoryBytes: memoryLimitBytes } = env.python
  const folder = await env.platform.workDir('serving')
  const source = await findSource(env, digest)
  const scorer = await openScorer({ processes, folder, name: `example-${id}`, source, runLimitMs, memoryLimitBytes })
  try {
    const [answer] = await scorer.run([inputs])
    return answer ?? { problem: 'it gave no answer' }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  } finally {
    await scorer.stop()
  }
}

function differs(expected: Tensor, given: Tensor | undefined, tolerance: number): string | undefined {
  if (given === undefined) return 'is missing'
  if (given.datatype !== expected.datatype) return `is ${given.datatype}, not ${expected.datatype}`
  if (given.shape.join() !== expected.shape.join())
    return `has the shape [${given.shape.join(', ')}], not [${expected.shape.join(', ')}]`
  const [wanted, found] = [expected, given].map(({ data, datatype }) => toJsonValues(data, datatype))
  const at = (wanted ?? []).findIndex((value, index) => !isClose(value, found?.[index], tolerance))
  return at === -1 ? undefined : `is ${found?.[at]} at position ${at} where ${wanted?.[at]} was recorded`
}

function isClose(wanted: unknown, found: unknown, tolerance: number): boolean {
  if (Object.is(wanted, found)) return true
  if (typeof wanted !== 'number' || typeof found !== 'number') return false
  return Math.abs(wanted - found) <= tolerance * Math.max(1, Math.abs(wanted))
}

function toTensor({ name, datatype, shape, data }: Example['inputs'][number]): Tensor {
  return tensorFromJson(name, datatype as Tensor['datatype'], shape, data)
}
