import type { RunBundle } from '../../sdk/index.ts'
import { changesOf, cutChanges, hasNewEnd, type RunBundleChanges } from './run-changes.ts'
import { sendFiles } from './send-files.ts'
import { type SentMetrics, sendPoints, waitingPoints } from './send-points.ts'
import { refusing, type SyncContext } from './sync-context.ts'

/** What the server has acknowledged of a run. */
interface SentRun {
  /** Without what was cut off; absent until all of it but points and end was taken. */
  readonly bundle?: RunBundle
  readonly points: SentMetrics
}

/** What of a run the server does not have. */
export interface WaitingRun {
  readonly id: string
  readonly name: string
  readonly experiment: string
  readonly status: string
  readonly points: number
  readonly files: number
  readonly bytes: number
}

interface Plan {
  readonly bundle: RunBundle
  readonly known: SentRun
  readonly changes: RunBundleChanges
  readonly isEndNew: boolean
}

async function planOf({ from, ledger, signal }: SyncContext, runId: string): Promise<Plan | undefined> {
  const bundle = await from.runs.bundle.get({ runId }, { signal })
  const known = ledger.read<SentRun>('run', runId) ?? { points: {} }
  const changes = changesOf(known.bundle, bundle)
  const isEndNew = hasNewEnd(known.bundle, bundle)
  const isPointNew = bundle.metrics.some(({ key, count }) => known.points[key]?.count !== count)
  const isNothingNew = !isEndNew && !isPointNew && Object.keys(changes).length === 0
  return isNothingNew ? undefined : { bundle, known, changes, isEndNew }
}

const filesOf = ({ files = [], models = [] }: RunBundleChanges) => [
  ...files,
  ...models.flatMap((model) => model.files ?? []),
]

/** Every run of the spool that is not deleted there, the oldest first. */
async function* runsOf({ from, signal }: SyncContext) {
  const query = { limit: 500, orderBy: ['attributes.startedAt ASC'], select: [] }
  for await (const run of from.runs.search(query, { signal })) yield run
}

export async function waitingRuns(context: SyncContext, experimentName: (id: string) => string): Promise<WaitingRun[]> {
  const waiting: WaitingRun[] = []
  for await (const { id, name, experimentId, status } of runsOf(context)) {
    const plan = await planOf(context, id)
    if (plan === undefined) continue
    const files = filesOf(plan.changes)
    waiting.push({
      id,
      name,
      experiment: experimentName(experimentId),
      status,
      points: waitingPoints(plan.bundle.metrics, plan.known.points),
      files: files.length,
      bytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    })
  }
  return waiting
}

/** Sends what is new in each run; `targets` says under which id the server has an experiment of the spool. */
export async function sendRuns(context: SyncContext, targets: ReadonlyMap<string, string>): Promise<void> {
  for await (const { id, experimentId } of runsOf(context)) {
    context.signal.throwIfAborted()
    const experiment = targets.get(experimentId)
    if (experiment === undefined) continue
    const plan = await planOf(context, id)
    if (plan !== undefined) await refusing(context, `run ${id}`, () => sendRun(context, plan, experiment))
  }
}

/** The end comes last: whoever waits for it finds everything. */
async function sendRun(context: SyncContext, plan: Plan, experiment: string): Promise<void> {
  const { to, ledger, signal } = context
  const { bundle, known, changes, isEndNew } = plan
  const { id: runId, status, endedAt } = bundle
  await sendFiles(context, filesOf(changes))
  if (Object.keys(changes).length > 0) {
    for (const piece of cutChanges(changes)) await to.runs.bundle.put({ runId, experiment, ...piece }, { signal })
  }
  // Until the end is there too, it counts as the one before.
  const begun: RunBundle = { ...bundle, status: known.bundle?.status ?? 'RUNNING' }
  if (known.bundle?.endedAt === undefined) delete begun.endedAt
  else begun.endedAt = known.bundle.endedAt
  let { points } = known
  const keep = (sent: SentMetrics) => {
    points = sent
    ledger.write('run', runId, { bundle: begun, points } satisfies SentRun)
  }
  keep(points)
  await sendPoints(context, { runId, counts: bundle.metrics, sent: points, keep })
  if (isEndNew) {
    const end = endedAt === undefined ? {} : { endedAt }
    await to.runs.bundle.put({ runId, experiment, status, ...end }, { signal })
  }
  ledger.write('run', runId, { bundle, points } satisfies SentRun)
  context.sent.runs++
  context.onProgress()
}
