/** A run on a server, as the command that is recorded needs it. */
import { retry } from '../../kernel/retry.ts'
import { type Experiment, isSlipwayError, type Run, type Transport } from '../../sdk/index.ts'

const policy = {
  attempts: 6,
  firstDelayMs: 500,
  maxDelayMs: 10_000,
  shouldRetry: (error: unknown) => isSlipwayError(error) && (error.status === 0 || error.status >= 500),
}

export interface RunRecord {
  readonly run: Run
  readonly experiment: Experiment
  /** Keeps a file with the run; tries for a while when the server is away. */
  store(path: string, content: string | Uint8Array): Promise<void>
  finish(status: 'FINISHED' | 'FAILED' | 'KILLED'): Promise<void>
}

export interface NewRecord {
  readonly experiment: string
  readonly name?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly source: { readonly type: string; readonly name: string; readonly commit?: string; readonly dirty?: boolean }
}

export async function openRecord(transport: Transport, { experiment: name, ...given }: NewRecord): Promise<RunRecord> {
  const experiment = await ensureExperiment(transport, name)
  const input = { ...given, experimentId: experiment.id }
  const run = await transport.call<Run>({ method: 'POST', path: '/v1/runs' }, input)
  return {
    run,
    experiment,
    store: (path, content) => retry(policy, () => store(transport, run.id, path, content)),
    finish: async (status) => {
      const route = { method: 'PATCH', path: '/v1/runs/{runId}' } as const
      await retry(policy, () => transport.call(route, { runId: run.id, status }))
    },
  }
}

async function ensureExperiment(transport: Transport, name: string): Promise<Experiment> {
  try {
    return await transport.call<Experiment>({ method: 'POST', path: '/v1/experiments' }, { name })
  } catch (error) {
    if (!isSlipwayError(error) || error.code !== 'experiment_exists') throw error
    return transport.call<Experiment>({ method: 'GET', path: '/v1/experiments/{experiment}' }, { experiment: name })
  }
}

async function store(transport: Transport, runId: string, path: string, content: string | Uint8Array): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream' }
  const answer = await transport.raw('PUT', '/v1/blobs', { headers, body: new Blob([Buffer.from(content)]) })
  const { digest, sizeBytes } = (await answer.json()) as { digest: string; sizeBytes: number }
  const route = { method: 'POST', path: '/v1/runs/{runId}/artifacts' } as const
  await transport.call(route, { runId, path, digest, sizeBytes })
}
