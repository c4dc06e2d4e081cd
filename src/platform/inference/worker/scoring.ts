import { createServer, type IncomingMessage } from 'node:http'
import { deserialize, serialize } from 'node:v8'
import type { ModelSource } from '../runtime.ts'
import type { ScoredRequest } from '../scorer.ts'
import type { Tensor } from '../tensor.ts'
import { checkInputs } from './input-check.ts'
import { type ModelSession, openSession, type SessionEnv } from './session.ts'

/** A scorer's whole configuration, handed over as JSON. */
export interface ScoringConfig {
  readonly socketPath: string
  readonly source: ModelSource
  readonly folder: string
  readonly name: string
}

/** The inside of a scorer's process: listens once the model is loaded, runs what it is sent, one request at a time. */
export async function startScoring(
  { socketPath, source, folder, name }: ScoringConfig,
  env: Pick<SessionEnv, 'processes' | 'openRemote'>,
): Promise<void> {
  const session = await openSession(source, { ...env, folder, name })
  const server = createServer(async (request, response) => {
    const scored: ScoredRequest[] = []
    for (const inputs of deserialize(await read(request)) as Tensor[][]) scored.push(await score(session, inputs))
    response.end(serialize(scored))
  })
  server.listen(socketPath)
}

/** Each by itself: the time of one request is then what a client would have waited for. */
async function score(session: ModelSession, inputs: readonly Tensor[]): Promise<ScoredRequest> {
  try {
    const checked = checkInputs('candidate', session.inputs, inputs)
    const startedAt = performance.now()
    const outputs = await session.run(checked)
    return { outputs, latencyUs: Math.max(1, Math.round((performance.now() - startedAt) * 1000)) }
  } catch (error) {
    return { problem: (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '' }
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
