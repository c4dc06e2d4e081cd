import { z } from 'zod'

/** Experiments whose names are paths stand in folders: `team/vision/boats` in `team/vision`. A folder is nothing but that. */

export const ExperimentFolder = z.object({
  path: z.string(),
  /** In it and in the folders below it. */
  experimentCount: z.number().int(),
  runCount: z.number().int(),
})
export type ExperimentFolder = z.infer<typeof ExperimentFolder>

export interface CountedExperiment {
  readonly name: string
  readonly runCount: number
}

/** Every folder with what is in it at any depth, by path, each after the one it is in. */
export function foldersOf(experiments: readonly CountedExperiment[]): ExperimentFolder[] {
  const folders = new Map<string, ExperimentFolder>()
  for (const { name, runCount } of experiments) {
    for (const path of foldersAbove(name)) {
      const folder = folders.get(path) ?? { path, experimentCount: 0, runCount: 0 }
      folder.experimentCount++
      folder.runCount += runCount
      folders.set(path, folder)
    }
  }
  return [...folders.values()].sort((a, b) => byParts(a.path, b.path))
}

/** `a/b/c` is in `a` and in `a/b`; a slash at the begin or beside another one makes no folder. */
function foldersAbove(name: string): string[] {
  const paths: string[] = []
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
    const path = name.slice(0, at)
    if (path !== '' && !path.endsWith('/') && at < name.length - 1) paths.push(path)
  }
  return paths
}

/** Part by part, so that what is in `a` comes before `a-b`. */
function byParts(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')]
  for (const [at, part] of left.entries()) {
    const other = right[at]
    if (other === undefined) return 1
    if (part !== other) return part < other ? -1 : 1
  }
  return left.length - right.length
}

/** The name that an experiment gets when its folder goes elsewhere; an empty `to` is no folder at all. */
export function movedName(name: string, from: string, to: string): string {
  const rest = name.slice(from.length + 1)
  return to === '' ? rest : `${to}/${rest}`
}
