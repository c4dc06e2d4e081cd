import { isAppError } from '../../kernel/errors.ts'
import { canonicalJson } from '../../kernel/json.ts'
import type { Named } from '../../kernel/resource.ts'
import type { Source } from '../../kernel/source.ts'
import { entriesOf, type FileFormat, type ProjectFile } from './file-format.ts'
import type { Change } from './model.ts'

/** Applies every section in order. Each act repeats safely, so a file that was applied half is applied again. */
export async function applySections(
  format: FileFormat,
  file: ProjectFile,
  source: Source | undefined,
): Promise<Change[]> {
  const changes: Change[] = []
  for (const part of entriesOf(format, file, source)) changes.push(await applyEntry(format, part))
  return changes
}

async function applyEntry(format: FileFormat, part: ReturnType<typeof entriesOf>[number]): Promise<Change> {
  const { section, door, declared } = part
  const about = { section: section.key, name: declared.name }
  const before = await found(() => format.find(part.noun, declared.name))
  const after = await section.apply(door, declared)
  if (before === undefined) return { ...about, change: 'created' }
  const different = section.decides.filter((field) => textOf(before, field) !== textOf(after, field))
  if (different.length === 0) return { ...about, change: 'unchanged' }
  const [field] = different
  const detail = field === 'version' ? `version ${textOf(after, field)}` : different.join(', ')
  return { ...about, change: 'changed', detail }
}

function textOf(thing: object, field: string): string {
  return canonicalJson((thing as Record<string, unknown>)[field] ?? null)
}

/** Whether the server already has what a reference names. */
export async function existsOnServer(format: FileFormat, { noun, name }: Named): Promise<boolean> {
  return (await found(() => format.find(noun, name))) !== undefined
}

async function found<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look()
  } catch (error) {
    if (isAppError(error) && error.kind === 'not_found') return undefined
    throw error
  }
}
