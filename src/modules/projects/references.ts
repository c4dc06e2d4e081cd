import { nearest } from '../../kernel/nearest.ts'
import type { Named, Reference } from '../../kernel/resource.ts'
import { entriesOf, type FileFormat, type ProjectFile } from './file-format.ts'
import { type Locate, type Problem, pathText } from './parse.ts'

/** What the file itself brings: declared in a section, or made by what another section declares. */
function declaredNames(format: FileFormat, file: ProjectFile, noun: string): string[] {
  const entries = entriesOf(format, file)
  const declared = entries.filter((entry) => entry.noun === noun).map((entry) => entry.declared.name)
  const made = entries
    .flatMap(({ section, declared: { entry } }) => section.makes?.named(entry) ?? [])
    .filter((named) => named.noun === noun)
    .map(({ name }) => name)
  return [...new Set([...declared, ...made])]
}

/** Every reference from one section to another; paths begin at the file. */
function findReferences(format: FileFormat, file: ProjectFile): Reference[] {
  return entriesOf(format, file).flatMap(({ section, declared: { name, entry } }) =>
    (section.references?.(entry) ?? []).map((reference) => ({
      ...reference,
      path: [section.key, name, ...reference.path],
    })),
  )
}

/**
 * Checks that every name stands for something in the file or on the server, which `exists` asks. One problem per
 * reference that leads nowhere, with the nearest name that would lead somewhere.
 */
export async function checkReferences(
  { format, file, locate }: { readonly format: FileFormat; readonly file: ProjectFile; readonly locate: Locate },
  exists: (named: Named) => Promise<boolean>,
): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const { path, noun, name } of findReferences(format, file)) {
    const declared = declaredNames(format, file, noun)
    if (declared.includes(name) || (await exists({ noun, name }))) continue
    const near = nearest(name, declared)
    const hint = near === undefined ? '' : `; did you mean ${near}?`
    const message = `there is no ${noun} ${name}: ${whereItIsNot(format, noun)}, and the server has none${hint}`
    problems.push({ path: pathText(path), message, value: name, line: locate(path) })
  }
  return problems
}

function whereItIsNot({ sections, makers }: FileFormat, noun: string): string {
  const own = sections.find((part) => part.noun === noun)
  if (own !== undefined) return `it is not in ${own.section.key}`
  return `no ${makers.get(noun)?.join(' or ') ?? 'section'} here makes it`
}

/** What each module finds wrong with its own entries, beside form and references. */
export function checkEntries(format: FileFormat, file: ProjectFile, locate: Locate): Problem[] {
  return entriesOf(format, file).flatMap(({ section, declared }) =>
    (section.check?.(declared) ?? []).map(({ path: inEntry, message }) => {
      const path = [section.key, declared.name, ...inEntry]
      return { path: pathText(path), message, line: locate(path) }
    }),
  )
}
