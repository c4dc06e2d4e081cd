import type { ProcessExit, ProcessSpec } from './processes.ts'

/** What the server asks of the spawner. `id` is the server's name for a child. */
export type Request =
  | { readonly kind: 'start'; readonly id: number; readonly spec: ProcessSpec }
  | { readonly kind: 'cancel'; readonly id: number; readonly graceMs: number }
  | { readonly kind: 'stop' }

/** What the spawner tells: `ready` once, then one answer to each start, and the exit of each child that started. */
export type Report =
  | { readonly kind: 'started'; readonly id: number; readonly pid: number; readonly startedAt: number }
  | { readonly kind: 'refused'; readonly id: number; readonly problem: string }
  | { readonly kind: 'exited'; readonly id: number; readonly exit: ProcessExit }
