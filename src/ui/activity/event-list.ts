import { eventStreams, type ServerEvent } from '../ground/wire.ts'
import { idPath } from '../kit/path.ts'
import { deploymentPath } from '../serving/paths.ts'

/** Where an event's subject has its page: most subjects are ids, a deployment's events carry its name. */
export function eventTo({ type, subject }: ServerEvent): string {
  return type.startsWith('serving.') && !/^[a-z]{3}_/.test(subject) ? deploymentPath(subject) : idPath(subject)
}

/** The same events with each stream as one: counts are summed, of the rest the newest stands for all. Newest first. */
export function gatherEvents(events: readonly ServerEvent[]): readonly ServerEvent[] {
  const gathered = new Map<string, ServerEvent>()
  for (const event of events) {
    const field = eventStreams[event.type]
    const key = field === undefined ? String(event.seq) : `${event.type} ${event.payload[field]}`
    const newer = gathered.get(key)
    const count = Number(newer?.payload.count) + Number(event.payload.count)
    if (newer === undefined) gathered.set(key, event)
    else if (Number.isFinite(count)) gathered.set(key, { ...newer, payload: { ...newer.payload, count } })
  }
  return [...gathered.values()]
}
