import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ModelSource, PythonRuntime } from '../../inference/index.ts'
import type { HostProgram } from '../host/host.ts'

const script = fileURLToPath(new URL('./host.py', import.meta.url))
const threadVariables = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'NUMEXPR_NUM_THREADS']

/** How a process of a Python model is started: the interpreter of its environment runs host.py in the model's folder. */
export function pythonProgram(source: ModelSource, runtime: PythonRuntime): HostProgram {
  const { interpreter, model, timeoutMs, memoryBytes } = runtime
  const threads = String(runtime.threads)
  return {
    command: interpreter,
    args: (socketPath) => ['-u', script, socketPath],
    cwd: source.path,
    env: {
      PATH: [dirname(interpreter), '/usr/local/bin:/usr/bin:/bin'].join(':'),
      PYTHONDONTWRITEBYTECODE: '1',
      ...Object.fromEntries(threadVariables.map((name) => [name, threads])),
    },
    given: { folder: source.path, model, features: source.featureNames, outputs: source.outputs },
    timeoutMs,
    memoryBytes,
  }
}
