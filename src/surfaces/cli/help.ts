import type { Node } from './command-tree.ts'
import { isRunnable, summaryOf } from './command-tree.ts'
import { allFlag, globalFlags } from './global-flags.ts'
import { type FieldSpec, flagOf } from './manifest.ts'
import type { ArgumentShape } from './parse-arguments.ts'
import { pad } from './render/text-width.ts'
import { paint, type Terminal } from './terminal.ts'

type View = Pick<Terminal, 'hasColor' | 'columns'>

/** What a node takes, as help and the parser see it. */
export function shapeOf(node: Node): ArgumentShape {
  const title = ['slipway', ...node.words].join(' ')
  const { command, operation } = node
  if (command !== undefined) {
    const fields = [...(command.fields ?? []), ...globalFlags]
    return { title, args: command.args ?? [], fields }
  }
  const paging = operation?.isPaged === true ? [allFlag] : []
  return {
    title,
    args: operation?.args ?? [],
    fields: [...(operation?.fields ?? []), ...paging, ...globalFlags],
  }
}

/** Help for a command or a group of commands. */
export function renderHelp(node: Node, view: View): string {
  const sections = isRunnable(node)
    ? [...commandHelp(node, view), ...groupHelp(node, view)]
    : [usage(node), ...groupHelp(node, view)]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function usage(node: Node): string {
  if (node.words.length === 0)
    return 'The machine-learning life cycle in one process on one port.\n\nUsage: slipway <command>'
  if (!isRunnable(node)) return `Usage: ${['slipway', ...node.words].join(' ')} <command>`
  const shape = shapeOf(node)
  const args = shape.args.map((name) => {
    const field = shape.fields.find((candidate) => candidate.name === name)
    const text = `<${flagOf(name)}>${field?.isList === true ? '...' : ''}`
    return field?.isRequired === true ? text : `[${text}]`
  })
  const required = shape.fields.filter((field) => field.isRequired && !shape.args.includes(field.name)).map(flagUsage)
  return ['Usage:', shape.title, ...args, ...required, '[flags]'].join(' ')
}

function commandHelp(node: Node, view: View): string[] {
  const shape = shapeOf(node)
  const described = node.command ?? node.operation
  const args = shape.fields.filter((field) => shape.args.includes(field.name))
  const own = shape.fields.filter((field) => !shape.args.includes(field.name) && !globalFlags.includes(field))
  return [
    `${described?.summary ?? ''}${described?.description === undefined ? '' : `\n${described.description}`}`,
    usage(node),
    list(
      view,
      'Arguments',
      args.map((field) => [flagOf(field.name), docOf(field)]),
    ),
    list(
      view,
      'Flags',
      own.map((field) => [flagUsage(field), docOf(field)]),
    ),
    list(
      view,
      'Flags of every command',
      globalFlags.map((field) => [flagUsage(field), docOf(field)]),
    ),
    lines(view, 'Examples', described?.examples ?? []),
  ]
}

function groupHelp(node: Node, view: View): string[] {
  const children = [...node.children.values()].sort((a, b) => (a.words.join(' ') < b.words.join(' ') ? -1 : 1))
  const row = (child: Node): [string, string] => [child.words.at(-1) ?? '', summaryOf(child)]
  if (node.words.length > 0) return [list(view, 'Commands', children.map(row))]
  return [
    list(
      view,
      'Commands',
      children.filter((child) => child.command !== undefined || child.operation !== undefined).map(row),
    ),
    list(view, 'Groups', children.filter((child) => !isRunnable(child)).map(row)),
    list(
      view,
      'Flags of every command',
      globalFlags.map((field) => [flagUsage(field), docOf(field)]),
    ),
    'slipway <group> --help shows its commands; slipway <command> --help its arguments and examples.',
  ]
}

function flagUsage(field: FieldSpec): string {
  const value = { text: 'text', number: 'number', boolean: '', map: 'key=value', json: 'json|@file', any: 'value' }[
    field.kind
  ]
  return `--${flagOf(field.name)}${value === '' ? '' : ` <${value}>${field.isList === true || field.kind === 'map' ? '...' : ''}`}`
}

function docOf(field: FieldSpec): string {
  const parts = [
    field.doc,
    field.choices === undefined ? undefined : `One of ${field.choices.join(', ')}.`,
    field.isRequired === true ? 'Required.' : undefined,
    ['[]', '{}', '""', undefined].includes(field.fallback) ? undefined : `Default ${field.fallback}.`,
  ]
  return parts.filter((part) => part !== undefined).join(' ')
}

function lines(view: View, title: string, rows: readonly string[]): string {
  return rows.length === 0 ? '' : `${paint(view, 'bold', title)}\n${rows.map((row) => `  ${row}`).join('\n')}`
}

/** Two columns; long texts wrap under their own column. */
function list(view: View, title: string, rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return ''
  const left = Math.min(32, Math.max(...rows.map(([name]) => name.length)))
  const room = Math.max(30, view.columns - left - 5)
  const texts = rows.flatMap(([name, text]) => {
    const wrapped = wrap(text, room)
    const [first = '', ...rest] = wrapped
    const head = name.length > left ? [name, `${' '.repeat(left)}  ${first}`] : [`${pad(name, left)}  ${first}`]
    return [...head, ...rest.map((line) => `${' '.repeat(left)}  ${line}`)]
  })
  return lines(
    view,
    title,
    texts.map((text) => text.trimEnd()),
  )
}

function wrap(text: string, width: number): string[] {
  const wrapped: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + word.length + 1 > width) {
      wrapped.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...wrapped, line]
}
