import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import type { ProcessExit, Processes } from '../platform/process/index.ts'

/** Children started straight from this process, without the spawner: enough for tests that need a real worker or two. */
export function directProcesses(): Processes {
  return {
    start: async (spec) => {
      const output = openSync(spec.logPath, 'a')
      const startedAt = performance.now()
      const child = spawn(spec.command, spec.args, {
        cwd: spec.cwd,
        env: spec.env,
        detached: true,
        stdio: ['ignore', output, output],
      })
      const exited = new Promise<ProcessExit>((resolve) => {
        child.once('exit', (code, signal) => resolve({ code, signal, durationMs: performance.now() - startedAt }))
      })
      child.unref()
      return { pid: child.pid ?? 0, startedAt: Date.now(), exited, cancel: () => child.kill('SIGTERM') }
    },
    stop: async () => {},
  }
}
