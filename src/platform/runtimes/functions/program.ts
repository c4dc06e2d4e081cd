import { fileURLToPath } from 'node:url'
import type { HostProgram } from '../host/host.ts'

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const entry = fileURLToPath(new URL(`../../../function-host${extension}`, import.meta.url))

/** Files that are read and imported: a fraction of a second, many times that on a busy machine. */
const loadLimitMs = 20_000

export interface FunctionLimits {
  /** A run that takes longer counts as hung: its process is ended and started again. */
  readonly timeoutMs: number
  /** Resident memory beyond which a process is ended and started again. */
  readonly memoryBytes: number
}

/** How a process of a graph's functions is started: this Node, with an environment of its own that holds nothing. */
export function functionProgram(folder: string, files: readonly string[], limits: FunctionLimits): HostProgram {
  const heapMegabytes = Math.max(16, Math.floor(limits.memoryBytes / 2 ** 20))
  const quiet = ['ExperimentalWarning', 'MODULE_TYPELESS_PACKAGE_JSON'].map((code) => `--disable-warning=${code}`)
  return {
    command: process.execPath,
    args: (socketPath) => [...quiet, `--max-old-space-size=${heapMegabytes}`, entry, socketPath],
    cwd: folder,
    env: {},
    loadLimitMs,
    given: { folder, files: [...new Set(files)] },
    ...limits,
  }
}
