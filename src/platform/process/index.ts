/**
 * Child processes, started by a small helper process: spawning from the server would copy its page tables and stall
 * every request (48 ms at 1.1 GB resident, measured). Each child leads its own process group; its output is streamed to a
 * file that can be followed; limits are enforced from outside; when the server dies, however it dies, the helper ends
 * the children it started unless they were asked to outlive it.
 */

export interface ProcessSpec {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  /** File that receives stdout and stderr, in order of arrival; created, or appended to. */
  readonly logPath: string
  /** Output beyond this is dropped, with one line that says so. Default 64 MiB. */
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
  readonly peakMemoryBytes?: number
}

export interface ChildProcess {
  readonly pid: number
  readonly startedAt: number
  readonly exited: Promise<ProcessExit>
  /** TERM to the group, KILL after `graceMs` (default 5 000). */
  cancel(graceMs?: number): void
}

export interface Processes {
  /** Throws `process_not_started` (with the system's reason) when the command cannot be run. */
  start(spec: ProcessSpec, signal?: AbortSignal): Promise<ChildProcess>
  /** Ends every child that does not outlive the server, and the helper. */
  stop(): Promise<void>
}
