import { paint, type Terminal } from '../terminal.ts'
import { renderTable } from './table.ts'
import { pad, textWidth } from './text-width.ts'
import { valueText } from './value-text.ts'

type View = Pick<Terminal, 'isInteractive' | 'columns' | 'hasColor'>

/** Any answer as text for people: a list as a table, anything else as a record. */
export function renderOutput(output: unknown, view: View, now: number): string {
  if (output === null || typeof output !== 'object') return `${String(output)}\n`
  const list = listIn(output)
  if (list !== undefined) return list.length === 0 ? '' : renderList(list, view, now)
  return renderRecord(output as Record<string, unknown>, view, now)
}

/** Rows of an answer that is nothing but a list: `{ items }`, with or without what pages carry. */
export function listIn(output: object): readonly unknown[] | undefined {
  if (Array.isArray(output)) return output
  const lists = Object.entries(output).filter(([name]) => name !== 'nextCursor')
  const [only] = lists
  return lists.length === 1 && Array.isArray(only?.[1]) ? only[1] : undefined
}

function renderList(items: readonly unknown[], view: View, now: number): string {
  const isRows = items.every((item) => item !== null && typeof item === 'object' && !Array.isArray(item))
  if (!isRows) return items.map((item) => `${valueText('', item, now)}\n`).join('')
  return renderTable(items as Record<string, unknown>[], view, now)
}

/** One field a line; lists of objects follow as tables of their own. */
function renderRecord(record: Record<string, unknown>, view: View, now: number): string {
  // What is empty says nothing; --json has it.
  const entries = Object.entries(record).filter(([name, value]) => valueText(name, value, now) !== '')
  const isTable = (value: unknown) => Array.isArray(value) && value.length > 0 && typeof value[0] === 'object'
  const plain = entries.filter(([, value]) => !isTable(value))
  const width = Math.max(0, ...plain.map(([name]) => textWidth(name)))
  const lines = plain.flatMap(([name, value]) => {
    const [first = '', ...rest] = valueText(name, value, now).split('\n')
    return [`${paint(view, 'dim', pad(name, width))}  ${first}`, ...rest.map((line) => ' '.repeat(width + 2) + line)]
  })
  const tables = entries
    .filter(([, value]) => isTable(value))
    .map(([name, value]) => `\n${paint(view, 'bold', name)}\n${renderList(value as unknown[], view, now)}`)
  return `${lines.map((line) => `${line.trimEnd()}\n`).join('')}${tables.join('')}`
}
