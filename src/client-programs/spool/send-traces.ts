import { sendFiles } from './send-files.ts'
import { markOf, refusing, type SyncContext } from './sync-context.ts'

interface SentTrace {
  readonly mark: string
}

/** Ids of the traces that the server does not have as they are, with their marks, the oldest first. */
async function* newTraces({ from, ledger, signal }: SyncContext) {
  for await (const trace of from.traces.search({ limit: 500, orderBy: ['startedAt ASC'] }, { signal })) {
    const mark = markOf(trace)
    if (ledger.read<SentTrace>('trace', trace.id)?.mark !== mark) yield { ...trace, mark }
  }
}

export async function countWaitingTraces(context: SyncContext): Promise<number> {
  let count = 0
  for await (const _ of newTraces(context)) count++
  return count
}

/** A trace that changed goes whole: it is small, and taken in one piece. */
export async function sendTraces(context: SyncContext, targets: ReadonlyMap<string, string>): Promise<void> {
  const { from, to, ledger, signal } = context
  for await (const { id: traceId, experimentId, mark } of newTraces(context)) {
    const experiment = targets.get(experimentId)
    if (experiment === undefined) continue
    await refusing(context, `trace ${traceId}`, async () => {
      const { experimentId: _, ...bundle } = await from.traces.bundle.get({ traceId }, { signal })
      await sendFiles(context, bundle.files)
      await to.traces.bundle.put({ traceId, experiment, ...bundle }, { signal })
      ledger.write('trace', traceId, { mark } satisfies SentTrace)
      context.sent.traces++
      context.onProgress()
    })
  }
}
