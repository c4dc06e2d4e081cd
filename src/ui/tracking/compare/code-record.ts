/** What a run was made with, as its record keeps it, and where two records differ. */
import type { CompareRow } from '../../kit/compare-table.tsx'

/** The files that a record consists of; see platform/provenance. */
export const recordPaths = { changes: 'source/changes.diff', environment: 'source/environment.json' } as const

interface Environment {
  readonly machine?: Readonly<Record<string, unknown>>
  readonly interpreter?: {
    readonly name?: string
    readonly version?: string
    readonly packages?: Readonly<Record<string, string>>
  }
}

/** Nothing for a text that is no record: the page shows what there is. */
export function readEnvironment(text: string | undefined): Environment {
  try {
    const value: unknown = text === undefined ? {} : JSON.parse(text)
    return value !== null && typeof value === 'object' ? value : {}
  } catch {
    return {}
  }
}

type Texts = Readonly<Record<string, string | undefined>>

/** The rows in which two maps differ, and how many are the same in both. */
export function differences(left: Texts, right: Texts): { rows: CompareRow[]; equalCount: number } {
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort((a, b) => a.localeCompare(b))
  const rows = keys.map((label) => ({ label, left: left[label], right: right[label] }))
  const differing = rows.filter((row) => row.left !== row.right)
  return { rows: differing, equalCount: rows.length - differing.length }
}

/** Facts of the machine and the interpreter as texts. */
export function factsOf({ machine = {}, interpreter = {} }: Environment): Texts {
  const facts = Object.entries(machine).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.join(', ') : `${value}`,
  ])
  const version = interpreter.version === undefined ? {} : { [interpreter.name ?? 'interpreter']: interpreter.version }
  return { ...Object.fromEntries(facts), ...version }
}

export interface FileChange {
  readonly path: string
  /** The part of the patch that is about this file, on either side. */
  readonly left: string | undefined
  readonly right: string | undefined
}

/** Two patches, file by file; those that are changed in the same way in both come last. */
export function fileChanges(left: string | undefined, right: string | undefined): FileChange[] {
  const [first, second] = [patchFiles(left ?? ''), patchFiles(right ?? '')]
  const paths = [...new Set([...first.keys(), ...second.keys()])].sort((a, b) => a.localeCompare(b))
  const changes = paths.map((path) => ({ path, left: first.get(path), right: second.get(path) }))
  return changes.sort((a, b) => Number(a.left === a.right) - Number(b.left === b.right))
}

/** The parts of a patch by the path of the file they change. */
export function patchFiles(patch: string): Map<string, string> {
  const files = new Map<string, string>()
  for (const part of patch.split(/^(?=diff --git )/m)) {
    const path = /^diff --git (?:"?a\/.*?"?) "?b\/(.*?)"?$/m.exec(part)?.[1]
    if (path !== undefined) files.set(path, part.trimEnd())
  }
  return files
}
