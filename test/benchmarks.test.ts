import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')

/**
 * So that each benchmark still runs on the day somebody needs it. Its figures are not looked at: a time measured beside other
 * tests says nothing. Those that need Python servers beside them run by hand.
 */
describe('a benchmark in its smallest form', () => {
  it.each(['artifacts', 'blobs', 'graphs', 'http', 'jobs', 'monitoring', 'search', 'startup', 'tracking', 'traces'])(
    '%s runs to its end and gives figures',
    async (name) => {
      const { stdout } = await run(process.execPath, [join(root, 'bench', `${name}.ts`), '--smoke'], { cwd: root })
      expect(stdout).toMatch(/\d/)
    },
    120_000,
  )
})
