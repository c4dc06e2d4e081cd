import { z } from 'zod'
import type { Declared } from '../../kernel/declarations.ts'
import type { DeclaredEntry, Resource, Section, SectionField } from '../../kernel/resource.ts'
import type { Source } from '../../kernel/source.ts'

/**
 * What a person writes in slipway.yaml: sections of named things. A name is the key, so it is said once; everything else
 * is the definition that the module in charge takes. Which sections there are is what the modules declare.
 */
export interface FileFormat {
  readonly schema: z.ZodType<{ project: string }>
  /** In the order in which they are applied. */
  readonly sections: readonly FileSection[]
  /** Nouns that entries of some section bring about, with the noun of the section. */
  readonly makers: ReadonlyMap<string, readonly string[]>
  /** The thing as the server has it. Throws what its module throws when there is none. */
  find(noun: string, name: string): Promise<object>
}

/** A declared section with the door that its functions take. */
export interface FileSection {
  readonly noun: string
  readonly section: Section<unknown>
  readonly door: unknown
}

/** What a file says, its form checked. */
export interface ProjectFile {
  readonly project: string
  /** Entries by name, by key of their section. */
  readonly sections: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const entryName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,127}$/, 'letters, digits, ". _ -" and space, at most 128')
const projectName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'letters, digits, ".", "_" and "-", beginning with a letter or digit')
const ownKeys = {
  project: projectName.describe('Name of the project.'),
  server: z.record(z.string(), z.unknown()).optional().describe('Settings of a server started in this folder.'),
}

/** Puts the declared sections together. Throws on two that are alike, a reference to what nobody declares, or a circle. */
export function createFileFormat(declared: readonly Declared[]): FileFormat {
  const resources = new Map<string, { resource: Resource<unknown>; door: unknown }>()
  for (const { declares, door } of declared) {
    for (const resource of declares.resources ?? []) {
      if (resources.has(resource.noun)) throw new Error(`two modules declare the noun ${resource.noun}`)
      resources.set(resource.noun, { resource, door })
    }
  }
  const sections = inOrder(
    [...resources.values()].flatMap(({ resource: { noun, section }, door }) =>
      section === undefined ? [] : [{ noun, section, door }],
    ),
    new Set(resources.keys()),
  )
  const fields = declared.flatMap(({ declares }) => declares.sectionFields ?? [])
  return {
    schema: fileSchema(sections, fields),
    sections,
    makers: makersOf(sections),
    find: async (noun, name) => {
      const found = resources.get(noun)
      if (found === undefined) throw new Error(`nobody declares the noun ${noun}`)
      return found.resource.find(found.door, name)
    },
  }
}

/** Every entry of a file with its section, in the order in which they are applied. */
export function entriesOf(format: FileFormat, file: ProjectFile, source?: Source | undefined) {
  const added = <Value>(field: SectionField<Value>, name: string) => {
    const entry = file.sections[field.section]?.[name] as Readonly<Record<string, Value>> | null | undefined
    return entry?.[field.key]
  }
  return format.sections.flatMap((part) =>
    Object.entries(file.sections[part.section.key] ?? {}).map(([name, entry]) => {
      const declared: DeclaredEntry<unknown> = { name, entry, source, added }
      return { ...part, declared }
    }),
  )
}

function fileSchema(sections: readonly FileSection[], fields: readonly SectionField[]): FileFormat['schema'] {
  const shape: Record<string, z.ZodType> = { ...ownKeys }
  for (const { section } of sections) {
    if (section.key in shape) throw new Error(`two sections of the project file are named ${section.key}`)
    shape[section.key] = z.record(section.name ?? entryName, entrySchema(section, fields)).default({})
  }
  return z.strictObject(shape) as z.ZodType as FileFormat['schema']
}

function entrySchema(section: Section<unknown>, fields: readonly SectionField[]): z.ZodType {
  const own = fields.filter((field) => field.section === section.key)
  if (own.length === 0) return section.schema
  if (!(section.schema instanceof z.ZodObject)) throw new Error(`no field can be added to section ${section.key}`)
  return section.schema.extend(Object.fromEntries(own.map(({ key, schema }) => [key, schema])))
}

function makersOf(sections: readonly FileSection[]): ReadonlyMap<string, readonly string[]> {
  const makers = new Map<string, string[]>()
  for (const { noun, section } of sections)
    for (const made of section.makes?.nouns ?? []) makers.set(made, [...(makers.get(made) ?? []), noun])
  return makers
}

/** Sections after those that hold, or bring about, what they refer to; else as they were declared. */
function inOrder(sections: readonly FileSection[], nouns: ReadonlySet<string>): FileSection[] {
  const ordered: FileSection[] = []
  const visit = (part: FileSection, path: readonly string[]) => {
    const { key, refersTo } = part.section
    if (ordered.includes(part)) return
    if (path.includes(key)) throw new Error(`sections refer to each other: ${[...path, key].join(' -> ')}`)
    for (const noun of refersTo) {
      if (!nouns.has(noun)) throw new Error(`section ${key} refers to the noun ${noun}, which nobody declares`)
      const before = sections.filter(
        (other) => other !== part && (other.noun === noun || other.section.makes?.nouns.includes(noun)),
      )
      for (const other of before) visit(other, [...path, key])
    }
    ordered.push(part)
  }
  for (const part of sections) visit(part, [])
  return ordered
}
