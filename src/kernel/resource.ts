import type { z } from 'zod'
import type { Source } from './source.ts'

/**
 * A resource is a noun that a project's file may speak of. The module in charge says here how one is found by its name
 * and, when the file may declare some, what that section looks like and how an entry of it is applied. Whoever reads the
 * file knows no section of its own.
 */
export interface Resource<Door> {
  /** Singular: `dataset`. */
  readonly noun: string
  /** Throws an error of kind `not_found` when the server has none of that name. */
  find(door: Door, name: string): Promise<object>
  /** Absent for what the file may refer to but not declare. */
  readonly section?: Section<Door>
}

/** A part of the file that holds things of one kind by name: an entry is the definition without the name. */
export interface Section<Door, Entry = unknown> {
  /** Plural, as it is written: `datasets`. */
  readonly key: string
  /** What a name may be; default: letters, digits, ". _ -" and space. */
  readonly name?: z.ZodType<string>
  readonly schema: z.ZodType<Entry>
  /** Nouns that its entries refer to; what the file has of those is applied before. */
  readonly refersTo: readonly string[]
  /** Every place in an entry that names something else. */
  references?(entry: Entry): readonly Reference[]
  /** Nouns that its entries bring about when they run, and which ones an entry does. */
  readonly makes?: { readonly nouns: readonly string[]; named(entry: Entry): readonly Named[] }
  /** What is wrong beside form and references; nothing is written. */
  check?(declared: DeclaredEntry<Entry>): readonly EntryProblem[]
  /** Answers the thing as `find` does. Repeats safely: a file that was applied half is applied again. */
  apply(door: Door, declared: DeclaredEntry<Entry>): Promise<object>
  /** Fields of the thing that the file decides; others, such as what a monitor has seen so far, are the server's. */
  readonly decides: readonly string[]
}

export interface Named {
  readonly noun: string
  readonly name: string
}

/** A place that names something; the path begins at the entry. */
export interface Reference extends Named {
  readonly path: readonly PropertyKey[]
}

export interface EntryProblem {
  /** Begins at the entry. */
  readonly path: readonly PropertyKey[]
  readonly message: string
}

export interface DeclaredEntry<Entry> {
  readonly name: string
  readonly entry: Entry
  /** The code beside the file, when it was sent. */
  readonly source: Source | undefined
  /** What another entry of the same file says in a field that was added to its section. */
  added<Value>(field: SectionField<Value>, name: string): Value | undefined
}

/** A field that a module adds to the entries of a section it does not own, to read it where its own entries refer to one. */
export interface SectionField<Value = unknown> {
  /** Key of the section. */
  readonly section: string
  readonly key: string
  readonly schema: z.ZodType<Value>
}

/** Infers the entry from the schema, so that the functions beside it are checked against it. */
export function defineSection<Door, Schema extends z.ZodType>(
  section: Section<Door, z.output<Schema>> & { readonly schema: Schema },
): Section<Door> {
  return section
}
