import type { Rollout, VariantEvidence } from '../delivery/index.ts'
import type { ModelVersion } from '../registry/index.ts'

/** How a rollout ended, told to a person. */

export function label(version: Pick<ModelVersion, 'model' | 'version'>): string {
  return `${version.model}/${version.version}`
}

export interface EndedRollout {
  readonly candidate: Pick<ModelVersion, 'model' | 'version'>
  /** Absent when it was deleted meanwhile. */
  readonly champion: Pick<ModelVersion, 'model' | 'version'> | undefined
  readonly rollout: Pick<Rollout, 'state' | 'analysis' | 'evidence' | 'history' | 'championVersion'>
}

export function describeRollout({ candidate, champion, rollout }: EndedRollout): string {
  const old = champion === undefined ? `${candidate.model}/${rollout.championVersion}` : label(champion)
  const reason = rollout.history.at(-1)?.reason ?? 'no reason given'
  // The analysis says its numbers itself; a person who promotes or aborts does not.
  const comparison = reason.includes(rollout.analysis.metric) ? '' : compare(rollout)
  const head =
    rollout.state === 'promoted'
      ? `${label(candidate)} replaced ${old} as champion`
      : `${label(candidate)} did not replace ${old}: its rollout was ${rollout.state === 'aborted' ? 'aborted' : 'rolled back'}`
  return `${head}. ${comparison === '' ? '' : `${comparison} `}${sentence(reason)}`
}

function compare({ analysis, evidence }: EndedRollout['rollout']): string {
  if (evidence === undefined || analysis.metric === 'none') return ''
  const metric = analysis.metric
  const [ours, theirs] = [evidence.candidate[metric], evidence.champion[metric]]
  if (ours === undefined || theirs === undefined) return ''
  const rows = (variant: VariantEvidence) => `${variant.labelCount} labels`
  return `In the canary its ${metric} was ${show(ours)} (${rows(evidence.candidate)}) against ${show(theirs)} (${rows(evidence.champion)}).`
}

function sentence(text: string): string {
  const trimmed = text.trim()
  const end = /[.!?]$/.test(trimmed) ? '' : '.'
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${end}`
}

/** `90 s`, `5 min`, `36 h`: the largest unit that divides well enough. */
export function duration(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const
  const [name, size] = units.find(([, unit]) => ms >= 2 * unit || ms === unit) ?? ['ms', 1]
  return `${Number((ms / size).toPrecision(2))} ${name}`
}

function show(value: number): string {
  return String(Number(value.toPrecision(4)))
}
