import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Processes } from '../../process/index.ts'
import { startHost } from '../host/host.ts'
import type { LoadedFile } from './declaration.ts'
import { type FunctionLimits, functionProgram } from './program.ts'

export interface InspectedFunctions {
  /** Folder of the graph's files. */
  readonly path: string
  readonly files: readonly string[]
  readonly limits: FunctionLimits
}

/** Loads the functions of a graph once, in a process of their own. Throws with what it said when it did not survive that. */
export async function inspectFunctions(
  { path, files, limits }: InspectedFunctions,
  { processes, folder }: { readonly processes: Processes; readonly folder: string },
): Promise<ReadonlyMap<string, LoadedFile>> {
  if (files.length === 0) return new Map()
  const name = `inspect-${randomUUID().slice(0, 8)}`
  const program = functionProgram(path, files, limits)
  const { signal } = new AbortController()
  try {
    const host = await startHost({ program, processes, folder, name, signal })
    await host.stop()
    return new Map(Object.entries(host.told.files as Record<string, LoadedFile>))
  } finally {
    await rm(join(folder, `${name}.out`), { force: true })
  }
}
