import { execFile } from 'node:child_process'
import { arch, availableParallelism, cpus, hostname, platform, release, totalmem } from 'node:os'
import { promisify } from 'node:util'

export interface Machine {
  readonly host: string
  /** `linux 6.8.0` */
  readonly system: string
  readonly architecture: string
  readonly processor: string
  /** Processors that this process may use. */
  readonly processorCount: number
  readonly memoryBytes: number
  /** Names of the graphics processors with their memory, as their driver tells. */
  readonly accelerators: readonly string[]
}

let known: Promise<Machine> | undefined

/** Asked once in the life of a process. */
export function describeMachine(): Promise<Machine> {
  known ??= describe()
  return known
}

async function describe(): Promise<Machine> {
  return {
    host: hostname(),
    system: `${platform()} ${release()}`,
    architecture: arch(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processorCount: availableParallelism(),
    memoryBytes: totalmem(),
    accelerators: await listAccelerators(),
  }
}

async function listAccelerators(): Promise<string[]> {
  const args = ['--query-gpu=name,memory.total', '--format=csv,noheader']
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', args, { timeout: 10_000 })
    return stdout.split('\n').filter((line) => line !== '')
  } catch {
    return []
  }
}
