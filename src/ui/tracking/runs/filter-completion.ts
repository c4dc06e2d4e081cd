import { fieldText } from './logged-columns.ts'

/** What could be written at the caret. */
export interface Completion {
  /** Where the text begins that an option replaces. */
  readonly from: number
  readonly options: readonly CompletionOption[]
  /** The caret stands where a value of this field belongs: `params.depth`. */
  readonly valuesFor?: string | undefined
}

export interface CompletionOption {
  readonly text: string
  readonly hint: string
}

const field = String.raw`((?:metrics|params|tags|attributes|datasets)\.(?:\`[^\`]*\`|[\w.\-/:]+)|[A-Za-z_]\w*)`
const valuePlace = new RegExp(
  String.raw`(?:^|[\s(])${field}\s*(?:!?=|<>|(?:NOT\s+)?I?LIKE|IN\s*\([^)]*?)\s*('[^']*)?$`,
  'i',
)
const operatorPlace = new RegExp(String.raw`(?:^|[\s(]|min\(|max\()${field}\)?\s+(\S*)$`, 'i')
const wordPlace = /(?:^|[\s(])([^\s()'"]*)$/
const ended = /(['")\d]|NULL)\s+(\w*)$/i
const word = /^(and|or|not|in|like|ilike|is|null)$/i

const comparisons: Readonly<Record<string, readonly string[]>> = {
  metrics: ['>', '<', '>=', '<=', '=', '!='],
  text: ['=', '!=', 'IN (', 'LIKE', 'IS NOT NULL', 'IS NULL'],
}

const attributes = ['name', 'status', 'startedAt', 'endedAt', 'createdBy', 'sourceName', 'commit', 'parentRunId', 'id']

/** The ids of all fields: what was logged, then what every run has. */
export function fieldIds(logged: readonly { readonly id: string }[]): readonly string[] {
  return [...logged.map(({ id }) => id), ...attributes]
}

/** Most options at once: more are found by typing on. */
const most = 12

/** Options for the place of the caret: a field, a comparison, a value, or what joins two conditions. */
export function complete(text: string, caret: number, fields: readonly string[]): Completion {
  const before = text.slice(0, caret)
  const value = valuePlace.exec(before)
  if (value !== null && value[1] !== undefined && !value[1].startsWith('metrics.') && !word.test(value[1])) {
    const typed = value[2] ?? ''
    return { from: caret - typed.length, options: [], valuesFor: value[1].replaceAll('`', '') }
  }
  const operator = operatorPlace.exec(before)
  if (operator?.[1] !== undefined && !word.test(operator[1])) {
    const list = comparisons[operator[1].startsWith('metrics.') ? 'metrics' : 'text'] ?? []
    return options(caret, operator[2] ?? '', list, 'compares')
  }
  const joined = ended.exec(before)
  if (joined !== null) return options(caret, joined[2] ?? '', ['AND', 'OR'], 'joins conditions')
  const typed = wordPlace.exec(before)?.[1] ?? ''
  const wanted = typed.replaceAll('`', '').toLowerCase()
  const found = fields.filter((id) => id.toLowerCase().includes(wanted))
  const first = found.filter((id) => id.toLowerCase().startsWith(wanted))
  const ranked = [...first, ...found.filter((id) => !first.includes(id))].slice(0, most)
  return {
    from: caret - typed.length,
    options: ranked.map((id) => ({ text: `${fieldText(id)} `, hint: id.split('.')[0] === id ? 'attribute' : '' })),
  }
}

function options(caret: number, typed: string, list: readonly string[], hint: string): Completion {
  const found = list.filter((each) => each.toLowerCase().startsWith(typed.toLowerCase()))
  return {
    from: caret - typed.length,
    options: found.map((each) => ({ text: each.endsWith('(') ? each : `${each} `, hint })),
  }
}

/** The options for a value, of those that runs have. */
export function valueOptions(values: readonly { readonly value?: string; readonly count: number }[], typed: string) {
  const wanted = typed.replace(/^'/, '').toLowerCase()
  return values
    .flatMap(({ value, count }) => (value === undefined || value.includes("'") ? [] : [{ value, count }]))
    .filter(({ value }) => value.toLowerCase().includes(wanted))
    .slice(0, most)
    .map(({ value, count }) => ({ text: `'${value}' `, hint: `${count} runs` }))
}
