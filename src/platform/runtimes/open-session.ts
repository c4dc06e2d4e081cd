import type { ModelSource, OnnxRuntime } from '../inference/index.ts'
import { asConverted } from './converted.ts'
import { openGraphSession } from './graph/session.ts'
import { openOnnxSession } from './onnx.ts'
import { openPythonSession } from './python/session.ts'
import { openRemoteSession } from './remote/session.ts'
import type { ModelSession, SessionEnv } from './session.ts'

/** Loads a model. Throws with the reason and, where there is one, the fix. */
export function openSession(source: ModelSource, env: SessionEnv): Promise<ModelSession> {
  const runtime = source.runtime ?? { kind: 'onnx' }
  switch (runtime.kind) {
    case 'onnx':
      return openOnnx(source, runtime)
    case 'python':
      return openPythonSession(source, runtime, env)
    case 'graph':
      return openGraphSession(source, runtime, { ...env, open: env.open ?? openSession })
    case 'remote':
      return openRemoteSession(source, runtime, env.openRemote)
  }
}

async function openOnnx(source: ModelSource, { converted }: OnnxRuntime): Promise<ModelSession> {
  const session = await openOnnxSession(source.path)
  return converted === undefined ? session : asConverted(session, source, converted)
}
