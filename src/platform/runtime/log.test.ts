import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const program = `
  import { createLog } from '${new URL('./log.ts', import.meta.url).href}'
  const log = createLog('info')
  for (let line = 0; line < 50; line++) {
    log.info('line')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  process.stdout.write('went on')
`

it.each([
  ['on a full disk', '2> /dev/full'],
  ['to a reader that is gone', '2> >(true)'],
])('loses its lines %s, and nothing else', async (_where, redirection) => {
  const line = `"$NODE" --input-type=module --eval "$PROGRAM" ${redirection}`
  const env = { NODE: process.execPath, PROGRAM: program }
  expect((await promisify(execFile)('bash', ['-c', line], { env })).stdout).toBe('went on')
})
