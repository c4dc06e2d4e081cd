import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { createQuietDetector } from './idle-memory.ts'

const megabyte = 1024 * 1024
const seconds = (...busy: number[]) => {
  const isDue = createQuietDetector()
  return busy.map((share) => isDue({ busy: share, heapUsed: 20 * megabyte, heapTotal: 40 * megabyte }))
}

it('collects once after the start, and once after each burst of work, when it has been quiet for two seconds', () => {
  expect(seconds(0.9, 0, 0, 0, 0)).toEqual([false, false, true, false, false])
  expect(seconds(0, 0, 0.5, 0, 0.2, 0, 0, 0)).toEqual([false, true, false, false, false, false, true, false])
})

it('never collects while there is work', () => {
  expect(seconds(...Array<number>(50).fill(0.1))).not.toContain(true)
})

it('leaves a large heap to V8, as its collection would be a pause that somebody notices', () => {
  const isDue = createQuietDetector()
  const large = { busy: 0, heapUsed: 500 * megabyte, heapTotal: 600 * megabyte }
  expect([isDue(large), isDue(large), isDue(large)]).toEqual([false, false, false])
  expect(isDue({ busy: 0, heapUsed: 20 * megabyte, heapTotal: 40 * megabyte })).toBe(true)
})

it('leaves a heap alone that has little room in it', () => {
  const isDue = createQuietDetector()
  const tight = { busy: 0, heapUsed: 30 * megabyte, heapTotal: 34 * megabyte }
  expect([isDue(tight), isDue(tight), isDue(tight)]).toEqual([false, false, false])
})

it('goes on watching when the process has no file descriptor left', async () => {
  const program = `
    import { openSync } from 'node:fs'
    import { releaseMemoryWhenIdle } from '${new URL('./idle-memory.ts', import.meta.url).href}'
    releaseMemoryWhenIdle()
    try { for (;;) openSync('/dev/null') } catch (error) { process.stdout.write(error.code) }
    setTimeout(() => process.stdout.write(' survived'), 1200)
  `
  const env = { NODE: process.execPath, PROGRAM: program }
  const line = 'ulimit -n 40; "$NODE" --input-type=module --eval "$PROGRAM"'
  expect((await promisify(execFile)('bash', ['-c', line], { env })).stdout).toBe('EMFILE survived')
})
