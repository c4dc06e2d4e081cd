import { isAppError } from '../../../kernel/errors.ts'
import type { OpenRemote } from '../remote-client.ts'
import { warmUp } from '../warm-up.ts'
import type { RemoteReport, RemoteSource } from './report.ts'
import { openClient, openRemoteSession } from './session.ts'

/** The inside of the process that looks at a remote model: asks for its signature and runs it on made-up values. */
export async function describeRemote(source: RemoteSource, open: OpenRemote): Promise<RemoteReport> {
  try {
    return await look(source, open)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    const isAway = isAppError(error) && error.kind === 'unavailable'
    return {
      problem,
      fix: (isAppError(error) ? error.hint : undefined) ?? 'Check the URL and the server there.',
      isAway,
    }
  }
}

async function look({ runtime, ...given }: RemoteSource, open: OpenRemote): Promise<RemoteReport> {
  const client = openClient(given, runtime, open)
  try {
    await client.ready()
    const told = await client.describe()
    const inputs = given.inputs.length > 0 ? given.inputs : told.inputs
    const outputs = given.outputs.length > 0 ? given.outputs : told.outputs
    const { isBinary } = told
    if (inputs.length === 0 || outputs.length === 0) return { problem: 'that server does not tell it.', fix: sayIt }
    const source = { path: '', inputs, outputs }
    const session = await openRemoteSession(source, { ...runtime, isBinary }, open)
    const { isProved: isBatchable } = await warmUp({ ...session, isBatchable: undefined })
    await session.release()
    return { inputs, outputs, isBinary, isBatchable }
  } finally {
    client.close()
  }
}

const sayIt = 'Give it: inputs and outputs, each with name, datatype and shape.'
