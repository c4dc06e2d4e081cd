import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelSource, PythonRuntime, TensorSpec } from '../../inference/index.ts'
import type { Processes } from '../../process/index.ts'
import { type Host, startHost } from '../host/host.ts'
import { sampleInputs } from '../warm-up.ts'
import { pythonProgram } from './program.ts'

/** What loading a Python model once, in a process of its own, told about it. */
export interface PythonInspection {
  readonly inputs: readonly TensorSpec[]
  /** Those of a run on made-up values; those of the signature when the model refuses such values. */
  readonly outputs: readonly TensorSpec[]
  readonly featureNames: readonly string[] | undefined
}

/** Throws with what the process said when the model cannot be loaded. */
export async function inspectPythonModel(
  source: ModelSource,
  runtime: PythonRuntime,
  { processes, folder }: { readonly processes: Processes; readonly folder: string },
): Promise<PythonInspection> {
  const name = `inspect-${randomUUID().slice(0, 8)}`
  const { signal } = new AbortController()
  try {
    const program = pythonProgram(source, runtime)
    return await inspectHost(await startHost({ program, processes, folder, name, signal }), { source, runtime })
  } finally {
    // What it printed is in the error, if there was one.
    await rm(join(folder, `${name}.out`), { force: true })
  }
}

async function inspectHost(
  host: Host,
  { source, runtime }: { readonly source: ModelSource; readonly runtime: PythonRuntime },
): Promise<PythonInspection> {
  try {
    const { count, names } = featuresOf(host.told)
    const isMatrix = runtime.model.call === 'matrix' && count !== undefined
    const inputs = isMatrix ? source.inputs.map((spec) => ({ ...spec, shape: [-1, count] })) : source.inputs
    const given = await host.run(sampleInputs(inputs, 0)).catch(() => undefined)
    const outputs = given?.map(({ name, datatype, shape }) => ({
      name,
      datatype,
      shape: shape.map((size, index) => (index === 0 ? -1 : size)),
    }))
    return { inputs, outputs: outputs ?? source.outputs, featureNames: isMatrix ? names : undefined }
  } finally {
    await host.stop()
  }
}

/** Columns that the model says it was trained with. */
function featuresOf({ featureCount, featureNames }: Host['told']) {
  return {
    count: typeof featureCount === 'number' ? featureCount : undefined,
    names: Array.isArray(featureNames) ? featureNames.map(String) : undefined,
  }
}
