import type { ModelRuntime, ModelSource } from '../inference/index.ts'
import { openConverted } from './converted.ts'
import { openGraphSession } from './graph/session.ts'
import { openPythonSession } from './python/session.ts'
import { openRemoteSession } from './remote/session.ts'
import type { ModelSession, SessionEnv } from './session.ts'

type RuntimeOf<Kind> = Extract<ModelRuntime, { readonly kind: Kind }>

/** Every kind of runtime, and how a model of it is opened. A new kind is a line here and a member of `ModelRuntime`. */
const runtimeKinds: {
  readonly [Kind in ModelRuntime['kind']]: (
    source: ModelSource,
    runtime: RuntimeOf<Kind>,
    env: SessionEnv,
  ) => Promise<ModelSession>
} = {
  onnx: openConverted,
  python: openPythonSession,
  graph: (source, runtime, env) => openGraphSession(source, runtime, { ...env, open: env.open ?? openSession }),
  remote: (source, runtime, env) => openRemoteSession(source, runtime, env.openRemote),
}

/** Loads a model. Throws with the reason and, where there is one, the fix. */
export function openSession(source: ModelSource, env: SessionEnv): Promise<ModelSession> {
  return openAs(source, source.runtime ?? { kind: 'onnx' }, env)
}

function openAs<Kind extends ModelRuntime['kind']>(
  source: ModelSource,
  runtime: RuntimeOf<Kind> & { readonly kind: Kind },
  env: SessionEnv,
): Promise<ModelSession> {
  return runtimeKinds[runtime.kind](source, runtime, env)
}
