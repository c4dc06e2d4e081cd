import type { DatasetFile, FileChange } from './model.ts'

/** How many changes a diff lists; its counts are complete. */
export const changeLimit = 10_000

/** Compares two file lists, each in path order. */
export function diffFiles(before: readonly DatasetFile[], after: readonly DatasetFile[]) {
  const old = new Map(before.map((file) => [file.path, file]))
  const current = new Set(after.map((file) => file.path))
  const count = { addedCount: 0, removedCount: 0, changedCount: 0, unchangedCount: 0 }
  const changes: FileChange[] = []
  for (const { path, ...facts } of before) {
    if (current.has(path)) continue
    count.removedCount += 1
    changes.push({ path, change: 'removed', before: facts })
  }
  for (const { path, ...facts } of after) {
    const previous = old.get(path)
    if (previous === undefined) {
      count.addedCount += 1
      changes.push({ path, change: 'added', after: facts })
    } else if (previous.digest === facts.digest) {
      count.unchangedCount += 1
    } else {
      count.changedCount += 1
      const { path: _path, ...earlier } = previous
      changes.push({ path, change: 'changed', before: earlier, after: facts })
    }
  }
  changes.sort((a, b) => (a.path < b.path ? -1 : 1))
  return { ...count, changes: changes.slice(0, changeLimit) }
}
