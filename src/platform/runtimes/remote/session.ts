import { hasCode, isAppError } from '../../../kernel/errors.ts'
import { inferenceErrors, type ModelSource, type RemoteRuntime } from '../../inference/index.ts'
import { remoteSecret } from '../../runtime/index.ts'
import type { OpenRemote, RemoteClient } from '../remote-client.ts'
import type { ModelSession } from '../session.ts'
import { checkAnswer } from './answer-check.ts'
import { createPresence } from './presence.ts'

/**
 * A model on another server as one more session. Opening asks nothing of that server: a worker starts whether it is there
 * or not, and the model answers as soon as it does.
 */
export async function openRemoteSession(
  source: ModelSource,
  runtime: RemoteRuntime,
  open: OpenRemote,
): Promise<ModelSession> {
  const { host } = new URL(runtime.url)
  const client = openClient(source, runtime, open)
  const presence = createPresence({ host, probe: () => client.ready() })
  presence.look()
  return {
    inputs: source.inputs,
    outputs: source.outputs,
    lanes: runtime.connections,
    isBatchable: runtime.isBatchable,
    trouble: () => presence.problem,
    release: async () => {
      presence.stop()
      client.close()
    },
    run: (inputs) =>
      presence.through(async () => {
        const outputs = await client.infer(inputs)
        try {
          return checkAnswer(source.outputs, { inputs, outputs })
        } catch (error) {
          throw isAppError(error) ? error : wrongAnswer(host, error)
        }
      }),
  }
}

/** Throws `inference_remote_forbidden`, also when the secret is not there. */
export function openClient(
  { inputs, outputs }: Pick<ModelSource, 'inputs' | 'outputs'>,
  runtime: RemoteRuntime,
  open: OpenRemote,
): RemoteClient {
  const { secret, url } = runtime
  if (secret === undefined) return open({ runtime, inputs, outputs })
  const token = remoteSecret(secret)
  if (token !== undefined && token !== '')
    return open({ runtime, inputs, outputs, authorization: token.includes(' ') ? token : `Bearer ${token}` })
  throw inferenceErrors.inference_remote_forbidden({
    host: new URL(url).host,
    problem: `the environment variable ${secret} is not set.`,
    fix: `Start the server with ${secret}.`,
  })
}

export function wrongAnswer(host: string, error: unknown): Error {
  if (error instanceof Error && hasCode(error, 'inference_remote_wrong')) return error
  return inferenceErrors.inference_remote_wrong(
    { host, problem: error instanceof Error ? error.message : String(error) },
    { cause: error },
  )
}
