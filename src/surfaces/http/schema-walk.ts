import type { z } from 'zod'
import type { FieldProblem } from '../../kernel/errors.ts'
import { nearest } from '../../kernel/nearest.ts'
import { fieldPath } from './field-problems.ts'

/**
 * Walks values along their zod schemas for what parsing alone does not give: unknown fields at every depth (zod drops
 * them silently) and the reading of query text as numbers, booleans and JSON.
 */
type Schema = z.core.$ZodType

/** The schema inside optional, default, nullable and similar wrappers. */
export function unwrap(schema: Schema): Schema {
  const definition = (schema as z.core.$ZodTypes)._zod.def
  switch (definition.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return unwrap(definition.innerType)
    case 'pipe':
      // z.preprocess is a pipe that begins with a function: what it accepts is best told by what follows.
      return (definition.in as z.core.$ZodTypes)._zod.def.type === 'transform'
        ? unwrap(definition.out)
        : unwrap(definition.in)
    case 'lazy':
      return unwrap(definition.getter())
    default:
      return schema
  }
}

/** Fields of `value` that `schema` does not know, each with the nearest field it does know. */
export function unknownFields(schema: Schema, value: unknown, path: readonly PropertyKey[] = []): FieldProblem[] {
  if (value === null || typeof value !== 'object') return []
  const definition = (unwrap(schema) as z.core.$ZodTypes)._zod.def
  switch (definition.type) {
    case 'object':
      return unknownInObject(definition, value, path)
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, i) => unknownFields(definition.element, item, [...path, i]))
        : []
    case 'record':
      return Object.entries(value).flatMap(([key, item]) => unknownFields(definition.valueType, item, [...path, key]))
    case 'union':
      return unknownInUnion(definition.options, value, path)
    default:
      return []
  }
}

function unknownInObject(
  definition: z.core.$ZodObjectDef,
  value: object,
  path: readonly PropertyKey[],
): FieldProblem[] {
  // Nearly every call finds nothing: no list is made until there is something to put in it.
  const found: FieldProblem[] = []
  const { shape } = definition
  for (const [key, item] of Object.entries(value)) {
    // Own fields only: every object has a "constructor".
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined
    if (field === undefined) {
      if (definition.catchall === undefined) found.push(unknownField(Object.keys(shape), [...path, key], item))
    } else if (item !== null && typeof item === 'object') found.push(...unknownFields(field, item, [...path, key]))
  }
  return found
}

function unknownField(known: readonly string[], path: readonly PropertyKey[], value: unknown): FieldProblem {
  const near = nearest(String(path.at(-1)), known)
  const advice = near === undefined ? `known: ${known.join(', ') || 'none'}` : `did you mean ${near}?`
  return { path: fieldPath(path), message: `is not a known field; ${advice}`, value }
}

/** The options that accept the value decide; the one that knows most of it speaks. */
function unknownInUnion(options: readonly Schema[], value: object, path: readonly PropertyKey[]): FieldProblem[] {
  const fitting = options.filter((option) => (option as z.ZodType).safeParse(value).success)
  const found = fitting.map((option) => unknownFields(option, value, path))
  return found.sort((a, b) => a.length - b.length)[0] ?? []
}

/** Query texts as the value that `schema` expects. What does not fit stays text, so that the schema names the problem. */
export function readText(schema: Schema, texts: readonly string[]): unknown {
  const inner = unwrap(schema)
  const definition = (inner as z.core.$ZodTypes)._zod.def
  if (definition.type === 'array') return readArray(definition.element, texts)
  if (texts.length > 1) return texts
  return readOne(definition, texts[0] ?? '')
}

function readArray(element: Schema, texts: readonly string[]): unknown {
  if (texts.length === 1 && texts[0]?.startsWith('[')) return parseOr(texts[0])
  return texts.map((text) => readText(element, [text]))
}

function readOne(definition: z.core.$ZodTypeDef & { options?: unknown }, text: string): unknown {
  switch (definition.type) {
    case 'number':
    case 'int':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
    case 'boolean':
      return text === 'true' || text === '' ? true : text === 'false' ? false : text
    case 'object':
    case 'record':
    case 'any':
    case 'unknown':
      return parseOr(text)
    case 'literal':
      return (
        (definition as z.core.$ZodLiteralDef<z.core.util.Literal>).values.find((value) => String(value) === text) ??
        text
      )
    case 'union':
      return readUnion((definition as z.core.$ZodUnionDef).options, text)
    default:
      return text
  }
}

/** Text itself when an option takes it, else the first reading that fits. */
function readUnion(options: readonly Schema[], text: string): unknown {
  const readings = [text, ...options.map((option) => readText(option, [text]))]
  return readings.find((reading) => options.some((option) => (option as z.ZodType).safeParse(reading).success)) ?? text
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
