import { createServer, type IncomingMessage } from 'node:http'
import { deserialize, serialize } from 'node:v8'
import { checkInputs, rowCount, type Tensor } from '../../inference/index.ts'
import { type ModelSession, openSession, type SessionEnv, warmUp } from '../../runtimes/index.ts'
import { type ScoredRequest, type ScoringConfig, togetherPath } from '../scorer-wire.ts'
import { type Batcher, type BatchItem, createBatcher } from './batcher.ts'

/** The inside of a scorer's process: listens once the model is loaded, runs what it is sent. */
export async function startScoring(
  { socketPath, source, folder, name }: ScoringConfig,
  env: Pick<SessionEnv, 'processes' | 'openRemote'>,
): Promise<void> {
  const session = await openSession(source, { ...env, folder, name })
  let batcher: Promise<Batcher<BatchItem>> | undefined
  const server = createServer(async (request, response) => {
    const requests = deserialize(await read(request)) as Tensor[][]
    if (request.url === togetherPath) {
      batcher ??= batcherFor(session)
      response.end(serialize(await scoreTogether(session, await batcher, requests)))
      return
    }
    const scored: ScoredRequest[] = []
    for (const inputs of requests) scored.push(await score(session, inputs))
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
    return { outputs, latencyUs: toLatencyUs(performance.now() - startedAt) }
  } catch (error) {
    return { problem: problemOf(error) }
  }
}

/** As requests that arrive at once: those whose rows the model answers alike alone and together share a run. */
async function scoreTogether(
  session: ModelSession,
  batcher: Batcher<BatchItem>,
  requests: readonly Tensor[][],
): Promise<ScoredRequest[]> {
  const items = requests.map((inputs): BatchItem => {
    try {
      const checked = checkInputs('candidate', session.inputs, inputs)
      return { inputs: checked, rows: rowCount(checked) ?? Number.POSITIVE_INFINITY }
    } catch (error) {
      return { inputs, rows: 0, outcome: error instanceof Error ? error : new Error(String(error)) }
    }
  })
  for (const item of items) if (item.outcome === undefined) batcher.add(item)
  await batcher.idle()
  return items.map(({ outcome, run }) => {
    if (outcome === undefined || outcome instanceof Error) return { problem: problemOf(outcome) }
    return { outputs: outcome, latencyUs: toLatencyUs((run?.inferMs ?? 0) / (run?.rows ?? 1)) }
  })
}

async function batcherFor(session: ModelSession): Promise<Batcher<BatchItem>> {
  const { isProved } = await warmUp(session)
  const batcher = createBatcher<BatchItem>({
    lanes: session.lanes,
    run: (inputs) => session.run(inputs),
    now: () => performance.now(),
    ran: () => {},
    abandoned: () => new Error('nobody waits for it'),
    finish: () => {},
  })
  if (isProved) batcher.limitRows(Number.MAX_SAFE_INTEGER)
  return batcher
}

function toLatencyUs(ms: number): number {
  return Math.max(1, Math.round(ms * 1000))
}

function problemOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
