import { expect, it } from 'vitest'
import { runChild } from './run-child.ts'

it('lets the command go on when the copy of its output finds no room, and says so', async () => {
  let [out, notes] = ['', '']
  const end = await runChild({
    command: ['sh', '-c', 'echo first; sleep 0.2; echo second; exit 3'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    logPath: '/dev/full',
    write: (text) => {
      out += text
    },
    note: (text) => {
      notes += text
    },
    signal: new AbortController().signal,
  })
  expect(end).toEqual({ code: 3, isKilled: false })
  expect(out).toBe('first\nsecond\n')
  expect(notes).toMatch(/^slipway: the output could not be kept: ENOSPC/)
})
