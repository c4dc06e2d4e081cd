import { defineErrors } from '../../kernel/errors.ts'

export interface ProcessSpec {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** File that receives stdout and stderr, in order of arrival; created, or appended to. */
  readonly logPath: string
  /** Output beyond this is dropped, with one line that says so. Default 64 MiB. Not for a child that outlives the server. */
  readonly logLimitBytes?: number
  /** TERM after this long, KILL 5 s later. */
  readonly timeoutMs?: number
  /** Resident memory of the group beyond which it is killed, sampled every second. */
  readonly memoryLimitBytes?: number
  /** Keeps running when the server stops or dies. Default false. */
  readonly outlive?: boolean
}

export interface ProcessExit {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
  /** Why we ended it ourselves, if we did. */
  readonly reason?: 'timeout' | 'memory' | 'canceled'
  readonly durationMs: number
  /** Largest sum of resident memory seen over the group; absent for a child that ended before the first sample. */
  readonly peakMemoryBytes?: number
  /** Output beyond the log's limit, which was not kept. */
  readonly droppedLogBytes?: number
}

export interface ChildProcess {
  readonly pid: number
  readonly startedAt: number
  /** Rejects with `process_lost` when the spawner died and the child was ended with it. */
  readonly exited: Promise<ProcessExit>
  /** TERM to the group, KILL after `graceMs` (default 5 000). */
  cancel(graceMs?: number): void
}

export interface Processes {
  /** Throws `process_not_started` (with the system's reason) when the command cannot be run. Aborting `signal` cancels. */
  start(spec: ProcessSpec, signal?: AbortSignal): Promise<ChildProcess>
  /** Ends every child that does not outlive the server, and the spawner. */
  stop(): Promise<void>
}

export const processErrors = defineErrors({
  process_not_started: ['invalid', 'The command {command} cannot be run: {problem}.'],
  process_lost: [
    'unavailable',
    'The process that watches child processes ended unexpectedly; {command} was ended with it.',
    'Try again: a new one is started.',
  ],
})
