import type { ServerEvent } from '../ground/wire.ts'
import { formatCount } from '../kit/format.ts'
import { idPath } from '../kit/path.ts'
import { words } from '../kit/status-badge.tsx'
import { deploymentPath } from '../serving/paths.ts'

type Payload = ServerEvent['payload']

const texts: Readonly<Record<string, (payload: Payload) => string>> = {
  'datasets.version.created': (p) => `Dataset ${p.dataset}@${p.version} was added`,
  'datasets.version.deleted': (p) => `Dataset ${p.dataset}@${p.version} was deleted`,
  'tracking.run.created': () => 'A run started',
  'tracking.run.finished': (p) => `A run ended: ${words(String(p.status))}`,
  'tracking.input.recorded': () => 'A run read a dataset version',
  'tracking.trace.received': (p) => `${counted((p.traceIds as readonly string[]).length, 'trace')} received`,
  'tracking.artifact.stored': (p) => `A run stored ${p.path}`,
  'registry.version.created': (p) => `Model ${p.model}/${p.version} was registered`,
  'registry.alias.moved': aliasText,
  'pipelines.run.started': (p) => `Pipeline ${p.pipeline} started`,
  'pipelines.run.finished': (p) => `Pipeline ${p.pipeline} ${words(String(p.state))}`,
  'pipelines.step.finished': (p) =>
    `Step ${p.step} of ${p.pipeline} ${p.cachedFrom === undefined ? words(String(p.state)) : 'was reused'}`,
  'serving.deployment.changed': (p) => `Deployment ${p.deployment} serves ${variantsText(p.variants)}`,
  'serving.deployment.deleted': (p) => `Deployment ${p.deployment} was deleted`,
  'serving.predictions.ingested': (p) => `${counted(p.count, 'prediction')} of ${p.deployment} recorded`,
  'serving.labels.recorded': (p) => `${counted(p.count, 'label')} of ${p.deployment} arrived`,
  'serving.rollout.started': (p) => `A rollout of ${p.deployment} began at ${p.weight}%`,
  'serving.rollout.advanced': (p) => `The rollout of ${p.deployment} went on to ${p.weight}%`,
  'serving.rollout.promoted': (p) => `The candidate of ${p.deployment} took over: ${p.reason}`,
  'serving.rollout.rolledBack': (p) => `The candidate of ${p.deployment} went back: ${p.reason}`,
  'monitoring.window.evaluated': (p) => `Monitor ${p.monitor} found a window ${p.state}`,
  'monitoring.alert.raised': (p) => `Alert of ${p.monitor}: ${p.summary}`,
  'monitoring.alert.cleared': (p) => `The alert of ${p.monitor} was cleared: ${p.reason}`,
  'tracking.watch.tripped': (p) => `Watch ${p.watch}: ${p.summary}`,
  'tracking.watch.recovered': (p) => `Watch ${p.watch} is well again: ${p.summary}`,
  'validation.gate.decided': (p) =>
    `Gate ${p.gate} ${p.passed === true ? 'let a version pass' : 'refused a version'}: ${p.summary}`,
  'automation.decision.made': (p) => String(p.summary),
}

/** The types of events that are told as sentences: what one may want to hear of. */
export const knownEvents: readonly string[] = Object.keys(texts)

/** An event as a sentence. Types without one are shown by their name, so that nothing is hidden. */
export function eventText({ type, payload }: ServerEvent): string {
  return texts[type]?.(payload) ?? type.replaceAll('.', ' ')
}

function counted(count: unknown, noun: string): string {
  return `${formatCount(Number(count))} ${noun}${count === 1 ? '' : 's'}`
}

/** Where an event's subject has its page: most subjects are ids, a deployment's events carry its name. */
export function eventTo({ type, subject }: ServerEvent): string {
  return type.startsWith('serving.') && !/^[a-z]{3}_/.test(subject) ? deploymentPath(subject) : idPath(subject)
}

/** What comes in streams of small events, with the payload field that tells the streams of one type apart. */
const streams: Readonly<Record<string, string>> = {
  'serving.predictions.ingested': 'deployment',
  'serving.labels.recorded': 'deployment',
  'monitoring.window.evaluated': 'monitor',
}

/** The same events with each stream as one: counts are summed, of the rest the newest stands for all. Newest first. */
export function gatherEvents(events: readonly ServerEvent[]): readonly ServerEvent[] {
  const gathered = new Map<string, ServerEvent>()
  for (const event of events) {
    const field = streams[event.type]
    const key = field === undefined ? String(event.seq) : `${event.type} ${event.payload[field]}`
    const newer = gathered.get(key)
    const count = Number(newer?.payload.count) + Number(event.payload.count)
    if (newer === undefined) gathered.set(key, event)
    else if (Number.isFinite(count)) gathered.set(key, { ...newer, payload: { ...newer.payload, count } })
  }
  return [...gathered.values()]
}

function aliasText({ model, alias, from, to, reason }: Payload): string {
  const move =
    to === undefined
      ? `was removed from v${from}`
      : from === undefined
        ? `points at v${to}`
        : `moved from v${from} to v${to}`
  return `@${alias} of ${model} ${move}${reason === '' || reason === undefined ? '' : `: ${reason}`}`
}

function variantsText(variants: unknown): string {
  if (!Array.isArray(variants) || variants.length === 0) return 'nothing yet'
  return variants
    .map(({ version, weight }: { version: number; weight: number }) => `v${version} at ${weight}%`)
    .join(', ')
}
