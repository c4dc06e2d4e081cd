import { eventTypes } from './event-types.generated.ts'
import type { EventType, ServerEvent } from './events.ts'

/** Every type of event that the server of this version makes. */
export const eventNames: readonly string[] = Object.keys(eventTypes)

export function eventType(type: string): EventType | undefined {
  return eventTypes[type]
}

type Happened = Pick<ServerEvent, 'type' | 'payload'>

/** An event as a sentence. A type that this version does not know is told by its name, so that nothing is hidden. */
export function eventSentence({ type, payload }: Happened): string {
  const sentences = eventTypes[type]?.sentences ?? []
  const template = sentences.find((each) => fieldsIn(withoutOptions(each)).every((field) => isThere(payload[field])))
  return template === undefined ? type.replaceAll('.', ' ') : filled(template, payload)
}

/** The payload fields that a template speaks of. */
export function fieldsIn(template: string): readonly string[] {
  return [...template.matchAll(placeholders)].map(([, field = '']) => field)
}

/** `{field}`, `{field, how}` or `{field, how, with}`; `with` may hold placeholders of its own. */
const placeholders = /\{(\w+)(?:, (\w+)(?:, ((?:[^{}]|\{\w+\})*))?)?\}/g
const options = /\[([^[\]]*)\]/g

const withoutOptions = (template: string): string => template.replace(options, '')

function filled(template: string, payload: Happened['payload']): string {
  const whole = template.replace(options, (_, part: string) =>
    fieldsIn(part).every((field) => isThere(payload[field]) && payload[field] !== '') ? part : '',
  )
  return whole.replace(placeholders, (_, field: string, how = 'text', given = '') =>
    written(payload[field], how, given),
  )
}

/** What a placeholder makes of its field. */
function written(value: unknown, how: string, given: string): string {
  if (how === 'words')
    return String(value)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .replaceAll('_', ' ')
      .toLowerCase()
  // How many there are, and of what: `8 predictions`.
  if (how === 'plural') return counted(Array.isArray(value) ? value.length : Number(value), given)
  // One of two texts, as the field is true or false.
  if (how === 'either') return given.split(', ')[value === true ? 0 : 1] ?? ''
  // Every one of a list by the same template.
  if (how === 'each') return (value as Happened['payload'][]).map((one) => filled(given, one)).join(', ')
  // Only that the field is there.
  return how === 'if' ? '' : String(value)
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)
}
