/** What a finished loop has left on the server, in a form in which two loops can be compared. */
import type { Api } from '../../examples/flights/replay/api.ts'
import { names } from '../../examples/flights/replay/plan.ts'
import { type Counts, summarize } from '../../examples/flights/replay/summary.ts'
import { all, oldestFirst } from '../../examples/flights/replay/watch.ts'

export interface Outcome {
  readonly champion: number
  /** Without the alerts: how often the new champion's first days raise one depends on when it took over. */
  readonly counts: Omit<Counts, 'alerts'>
  /** Digest of every model version, oldest first: training is deterministic. */
  readonly modelDigests: readonly string[]
  /** Digest of every dataset version, by dataset. */
  readonly datasetDigests: Readonly<Record<string, readonly string[]>>
  readonly aliasMoves: readonly string[]
  readonly verdicts: readonly boolean[]
  readonly rolloutStates: readonly string[]
  /** Label by prediction id. */
  readonly labels: Readonly<Record<string, unknown>>
}

export async function readOutcome(api: Api): Promise<Outcome> {
  const { slipway } = api
  const summary = await summarize(api)
  const versions = oldestFirst(await all(slipway.models.versions.list({ model: names.model, limit: 1000 })))
  const datasetDigests: Record<string, readonly string[]> = {}
  for (const { name } of await all(slipway.datasets.list({ limit: 1000 }))) {
    const listed = await all(slipway.datasets.versions.list({ dataset: name, limit: 1000 }))
    datasetDigests[name] = listed.toSorted((a, b) => a.version - b.version).map((version) => version.digest)
  }
  const { alerts: _alerts, ...counts } = summary.counts
  return {
    champion: summary.champion.version,
    counts,
    modelDigests: versions.map((version) => version.digest),
    datasetDigests,
    aliasMoves: summary.aliasMoves.map((move) => `${move.from ?? 'none'} -> ${move.to ?? 'none'}`),
    verdicts: summary.models.map((model) => model.verdict?.passed ?? false),
    rolloutStates: summary.rollouts.map((rollout) => rollout.state),
    labels: await readLabels(api),
  }
}

async function readLabels({ slipway }: Api): Promise<Record<string, unknown>> {
  const labels: Record<string, unknown> = {}
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await slipway.raw('GET', `/v1/predictions?limit=1000${query}`)
    const page = (await answer.json()) as { items: { id: string; label?: { value: unknown } }[]; nextCursor?: string }
    for (const { id, label } of page.items) labels[id] = label?.value
    cursor = page.nextCursor
  }
  return labels
}
