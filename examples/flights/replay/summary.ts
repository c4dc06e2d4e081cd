/** What happened and why, read back from the server: every number and id in it is a row there. */
import type { Alert, Check, ModelVersion, Rollout, RolloutEvidence, Verdict } from '../../../src/sdk/index.ts'
import type { Api } from './api.ts'
import { names } from './plan.ts'
import { all, oldestFirst } from './watch.ts'

export interface Summary {
  readonly champion: { readonly version: number; readonly modelVersionId: string }
  readonly models: readonly ModelSummary[]
  readonly alerts: readonly Pick<Alert, 'id' | 'monitor' | 'summary' | 'state'>[]
  readonly decisions: readonly { readonly id: string; readonly state: string; readonly summary: string }[]
  readonly rollouts: readonly {
    readonly id: string
    readonly version: number
    readonly replaces: number
    readonly state: string
    readonly evidence: RolloutEvidence | undefined
    readonly reasons: readonly string[]
  }[]
  readonly aliasMoves: readonly {
    readonly from: number | undefined
    readonly to: number | undefined
    readonly reason: string
  }[]
  readonly counts: Counts
}

export interface ModelSummary {
  readonly version: number
  readonly modelVersionId: string
  readonly aliases: readonly string[]
  /** Dataset versions that its training run read: `flight-features@1`. */
  readonly trainedOn: readonly string[]
  readonly verdict: { readonly id: string; readonly passed: boolean; readonly checks: readonly Check[] } | undefined
}

/** How much of everything there is; the fault tests compare these between an undisturbed loop and a killed one. */
export interface Counts {
  readonly predictions: number
  readonly labels: number
  readonly datasetVersions: number
  readonly modelVersions: number
  readonly succeededRuns: number
  readonly aliasMoves: number
  readonly alerts: number
  readonly rollouts: number
}

export async function summarize({ slipway }: Api): Promise<Summary> {
  const { model } = names
  const versions = oldestFirst(await all(slipway.models.versions.list({ model, limit: 1000 })))
  const verdicts = await all(slipway.verdicts.list({ model, limit: 1000 }))
  const moves = await all(slipway.models.aliases.history({ model, limit: 1000 }))
  const alerts = oldestFirst(await all(slipway.alerts.list({ deployment: names.deployment, limit: 1000 })))
  const decisions = oldestFirst(await all(slipway.decisions.list({ limit: 1000 })))
  const rollouts = oldestFirst(await all(slipway.rollouts.list({ deployment: names.deployment, limit: 1000 })))
  const champion = versions.find((version) => version.aliases.includes('champion'))
  if (champion === undefined) throw new Error('No version is champion.')
  const models = await Promise.all(versions.map((version) => summarizeModel(slipway, version, verdicts)))
  return {
    champion: { version: champion.version, modelVersionId: champion.id },
    models,
    alerts: alerts.map(({ id, monitor, summary, state }) => ({ id, monitor, summary, state })),
    decisions: decisions.map(({ id, state, summary }) => ({ id, state, summary })),
    rollouts: rollouts.map(summarizeRollout),
    aliasMoves: moves.toReversed().map(({ from, to, reason }) => ({ from, to, reason })),
    counts: {
      ...(await countPredictions(slipway)),
      datasetVersions: await countDatasetVersions(slipway),
      modelVersions: versions.length,
      succeededRuns: (await all(slipway.pipelines.runs.list({ state: 'succeeded', limit: 1000 }))).length,
      aliasMoves: moves.length,
      alerts: alerts.length,
      rollouts: rollouts.length,
    },
  }
}

type Slipway = Api['slipway']

async function summarizeModel(slipway: Slipway, version: ModelVersion, verdicts: Verdict[]): Promise<ModelSummary> {
  const verdict = verdicts.find((one) => one.modelVersionId === version.id)
  const links = version.runId === undefined ? undefined : await slipway.runs.links({ runId: version.runId })
  return {
    version: version.version,
    modelVersionId: version.id,
    aliases: version.aliases,
    trainedOn: (links?.inputs ?? []).map((input) => input.source),
    verdict: verdict && { id: verdict.id, passed: verdict.passed, checks: verdict.checks },
  }
}

function summarizeRollout(rollout: Rollout): Summary['rollouts'][number] {
  return {
    id: rollout.id,
    version: rollout.version,
    replaces: rollout.championVersion,
    state: rollout.state,
    evidence: rollout.evidence,
    reasons: rollout.history.map((act) => `${act.act}: ${act.reason}`),
  }
}

async function countPredictions(slipway: Slipway): Promise<{ predictions: number; labels: number }> {
  const counts = { predictions: 0, labels: 0 }
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await slipway.raw('GET', `/v1/predictions?deployment=${names.deployment}&limit=1000${query}`)
    const page = (await answer.json()) as { items: { label?: unknown }[]; nextCursor?: string }
    counts.predictions += page.items.length
    counts.labels += page.items.filter((row) => row.label !== undefined).length
    cursor = page.nextCursor
  }
  return counts
}

async function countDatasetVersions(slipway: Slipway): Promise<number> {
  const datasets = await all(slipway.datasets.list({ limit: 1000 }))
  return datasets.reduce((sum, dataset) => sum + dataset.versionCount, 0)
}
