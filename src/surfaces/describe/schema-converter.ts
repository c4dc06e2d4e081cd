import { z } from 'zod'
import { canonicalJson } from '../../kernel/json.ts'
import type { JsonSchema } from './description.ts'
import type { SchemaNames } from './schema-names.ts'

type Direction = 'input' | 'output'

/**
 * Zod schemas as JSON Schemas that refer to shared shapes by name. A shape whose two directions differ (a default makes a
 * field optional to send and certain to come back) gets a second name, `<Name>Input`, for what is sent.
 */
export class SchemaConverter {
  readonly #registry: NamedRegistry
  readonly #shapes: Record<Direction, Map<string, JsonSchema>> = { input: new Map(), output: new Map() }
  readonly #pending: { node: JsonSchema; direction: Direction; name: string }[] = []

  constructor(names: SchemaNames) {
    this.#registry = new NamedRegistry(names)
  }

  /** The returned schema is complete once `schemas()` was called: only then is it known which names have two forms. */
  convert(schema: z.core.$ZodType, direction: Direction): JsonSchema {
    const raw = z.toJSONSchema(schema, { io: direction, metadata: this.#registry, unrepresentable: 'any' })
    const { $defs = {}, ...root } = structuredClone(raw) as Record<string, unknown> & {
      $defs?: Record<string, JsonSchema>
    }
    for (const [name, shape] of Object.entries($defs)) {
      if (name.startsWith('__schema')) requireAnyJson(shape)
      else if (!this.#shapes[direction].has(name))
        this.#shapes[direction].set(name, this.#clean(shape, direction) as JsonSchema)
    }
    return this.#clean(root, direction) as JsonSchema
  }

  /** All shared shapes by name, sorted; settles every reference. */
  schemas(): Record<string, JsonSchema> {
    const texts = { input: this.#texts('input'), output: this.#texts('output') }
    const differs = (name: string) =>
      texts.input.has(name) && texts.output.has(name) && texts.input.get(name) !== texts.output.get(name)
    const differing = closure(this.#shapes, [...texts.input.keys()].filter(differs))
    const nameOf = (name: string, direction: Direction) =>
      direction === 'input' && differing.has(name) ? `${name}Input` : name
    for (const { node, direction, name } of this.#pending)
      Object.assign(node, { $ref: `#/components/schemas/${nameOf(name, direction)}` })
    const all = (['output', 'input'] as const).flatMap((direction) =>
      [...this.#shapes[direction]].map(([name, shape]) => [nameOf(name, direction), shape] as const),
    )
    const named = new Map<string, JsonSchema>()
    for (const [name, shape] of all.sort(([a], [b]) => (a < b ? -1 : 1))) {
      const twin = named.get(name)
      if (twin !== undefined && canonicalJson(twin) !== canonicalJson(shape))
        throw new Error(`two shapes are called ${name}`)
      named.set(name, shape)
    }
    return Object.fromEntries(named)
  }

  #texts(direction: Direction): Map<string, string> {
    return new Map([...this.#shapes[direction]].map(([name, shape]) => [name, canonicalJson(shape)]))
  }

  /** Names of fields are not keywords. */
  #cleanProperties(properties: Record<string, unknown>, direction: Direction): Record<string, unknown> {
    return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, this.#clean(field, direction)]))
  }

  /** Drops what only a validator needs and remembers references to settle later. */
  #clean(value: unknown, direction: Direction): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#clean(item, direction))
    if (value === null || typeof value !== 'object') return value
    const node: Record<string, unknown> = {}
    for (const [key, part] of Object.entries(value)) {
      if (key === '$schema' || key === 'id' || key === '~standard') continue
      if (key === 'properties') {
        node[key] = this.#cleanProperties(part as Record<string, unknown>, direction)
        continue
      }
      // Answers may gain fields; that unknown fields of inputs are refused is said once, in the reference.
      if (key === 'additionalProperties' && part === false) continue
      // The safe integer range says nothing about the value.
      if (Math.abs(part as number) === Number.MAX_SAFE_INTEGER) continue
      node[key] = key === 'default' || key === 'const' || key === 'enum' ? part : this.#clean(part, direction)
    }
    const ref = node.$ref
    if (typeof ref !== 'string' || !ref.startsWith('#/$defs/')) return node
    if (ref.startsWith('#/$defs/__schema')) delete node.$ref
    else this.#pending.push({ node: node as JsonSchema, direction, name: ref.slice('#/$defs/'.length) })
    return node
  }
}

/** Zod numbers recursive shapes that have no name. `z.json()` is one, and means any value; others must be exported. */
function requireAnyJson(shape: JsonSchema): void {
  const kinds = shape.anyOf?.map((option) => option.type) ?? []
  if (!['string', 'number', 'boolean', 'null', 'array', 'object'].every((kind) => kinds.includes(kind)))
    throw new Error(`a recursive shape has no name; export it from its module: ${JSON.stringify(shape)}`)
}

/** `names` and every shared shape that refers to one of them: if a part has two forms, so has the whole. */
function closure(shapes: Record<Direction, Map<string, JsonSchema>>, names: readonly string[]): ReadonlySet<string> {
  const found = new Set(names)
  for (let grew = true; grew; ) {
    grew = false
    for (const [name, shape] of shapes.input) {
      if (found.has(name) || !shapes.output.has(name)) continue
      const refers = [...JSON.stringify(shape).matchAll(/#\/\$defs\/([^"]+)"/g)].some((match) =>
        found.has(match[1] ?? ''),
      )
      if (refers) {
        found.add(name)
        grew = true
      }
    }
  }
  return found
}

/** Zod's own descriptions, and our names as ids, without writing into the global registry. */
class NamedRegistry extends z.core.$ZodRegistry<Record<string, unknown>> {
  readonly #names: SchemaNames

  constructor(names: SchemaNames) {
    super()
    this.#names = names
  }

  override get<S extends z.core.$ZodType>(schema: S) {
    const meta = z.globalRegistry.get(schema)
    const name = this.#names.get(schema)
    return (name === undefined ? meta : { ...meta, id: name }) as ReturnType<typeof z.globalRegistry.get<S>>
  }
}
