import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import type { FieldProblem } from '../../kernel/errors.ts'
import { nearest } from '../../kernel/nearest.ts'
import type { FileFormat, ProjectFile } from './file-format.ts'

type Path = readonly PropertyKey[]

/** Where in the text a path of the file stands, counted from 1; undefined for a path that is not in it. */
export type Locate = (path: Path) => number | undefined

export interface Parsed {
  /** Absent when there are problems. */
  readonly file?: ProjectFile
  readonly problems: readonly Problem[]
  readonly locate: Locate
}

export interface Problem extends FieldProblem {
  readonly line?: number | undefined
}

/** Reads slipway.yaml and reports everything that is wrong with its form, each with its path and line. */
export function parseProjectFile(format: FileFormat, text: string): Parsed {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const locate: Locate = (path) => {
    for (let depth = path.length; depth >= 0; depth--) {
      const offset = offsetOf(document.contents, path.slice(0, depth))
      if (offset !== undefined) return lines.linePos(offset).line
    }
    return undefined
  }
  const broken = (message: string, line: number) => ({ path: '', message: `not valid YAML: ${message}`, line })
  if (document.errors.length > 0)
    return { problems: document.errors.map((error) => broken(error.message, lines.linePos(error.pos[0]).line)), locate }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    // Aliases to nothing, and aliases of aliases that would grow beyond all bounds.
    return { problems: [broken(error instanceof Error ? error.message : String(error), 1)], locate }
  }
  const parsed = format.schema.safeParse(value)
  if (!parsed.success) {
    const written = { format, value, locate }
    return { problems: parsed.error.issues.flatMap((issue) => describeIssue(issue, [], written)), locate }
  }
  const { project, ...data } = parsed.data
  const entries = data as Readonly<Record<string, ProjectFile['sections'][string]>>
  const sections = Object.fromEntries(format.sections.map(({ section: { key } }) => [key, entries[key] ?? {}]))
  return { file: { project, sections }, problems: [], locate }
}

/** `pipelines.flight-delay.steps.train.run`, `gates.quality.rules[0]`. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')
}

/** Character at which the value of a path begins; for a key of a map, the key itself. */
function offsetOf(root: unknown, path: Path): number | undefined {
  let node = root
  let offset = isNode(root) ? root.range?.[0] : undefined
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part))
      if (pair === undefined) return undefined
      offset = isScalar(pair.key) ? pair.key.range?.[0] : undefined
      node = pair.value
    } else if (isNode(node) && 'get' in node && typeof node.get === 'function') {
      node = node.get(part, true)
      if (!isNode(node)) return undefined
      offset = node.range?.[0]
    } else return undefined
  }
  return offset
}

interface Written {
  readonly format: FileFormat
  /** The file as plain values, its form not checked. */
  readonly value: unknown
  readonly locate: Locate
}

function describeIssue(issue: z.core.$ZodIssue, prefix: Path, written: Written): Problem[] {
  const { format, value, locate } = written
  const path = [...prefix, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(format, path)
    return issue.keys.map((key) => {
      const near = nearest(key, known)
      const hint = near === undefined ? `known here: ${known.join(', ')}` : `did you mean ${near}?`
      return problemAt([...path, key], `is not known; ${hint}`, locate)
    })
  }
  if (issue.code === 'invalid_key')
    return [problemAt(path, `is not a name: ${issue.issues.map((inner) => inner.message).join('; ')}`, locate)]
  if (issue.code === 'invalid_union') {
    // Of the forms that it could have, the one that is wrong in the fewest places is what was meant.
    const [closest] = [...issue.errors].sort((a, b) => a.length - b.length)
    if (closest !== undefined) return closest.flatMap((inner) => describeIssue(inner, path, written))
  }
  const seen = valueAt(value, path)
  const shown = seen === undefined ? issue.message : `${issue.message} (it is ${shorten(seen)})`
  return [{ ...problemAt(path, shown, locate), value: seen }]
}

function problemAt(path: Path, message: string, locate: Locate): Problem {
  return { path: pathText(path), message, line: locate(path) }
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) => (at !== null && typeof at === 'object' ? (at as Record<PropertyKey, unknown>)[part] : undefined),
    value,
  )
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

interface JsonSchema {
  readonly properties?: Record<string, JsonSchema>
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
}

/** Keys that the schema knows at a path, over all forms that the value there may have. */
function keysAt({ schema }: FileFormat, path: Path): string[] {
  let schemas: JsonSchema[] = [z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema]
  for (const part of path) schemas = schemas.flatMap(forms).flatMap((schema) => childOf(schema, part))
  return [...new Set(schemas.flatMap(forms).flatMap((schema) => Object.keys(schema.properties ?? {})))]
}

function forms(schema: JsonSchema): JsonSchema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(forms)
}

function childOf(schema: JsonSchema, part: PropertyKey): JsonSchema[] {
  if (typeof part === 'number') return schema.items === undefined ? [] : [schema.items]
  const child = schema.properties?.[String(part)] ?? schema.additionalProperties
  return typeof child === 'object' ? [child] : []
}
