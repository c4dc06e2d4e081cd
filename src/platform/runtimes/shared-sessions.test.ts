import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import type { ModelSource } from '../inference/runtime.ts'
import type { ModelSession, SessionEnv } from './session.ts'
import { shareSessions } from './shared-sessions.ts'

const env = { folder: tmpdir(), name: 'test' } as SessionEnv
const source = (path: string): ModelSource => ({ path, inputs: [], outputs: [] })

function counted() {
  const log: string[] = []
  const open = shareSessions(async ({ path }) => {
    log.push(`open ${path}`)
    if (path === 'bad') throw new Error('unreadable')
    const session: ModelSession = {
      inputs: [],
      outputs: [],
      lanes: 1,
      run: async (inputs) => [...inputs],
      release: async () => {
        log.push(`release ${path}`)
      },
    }
    return session
  })
  return { log, open: (path: string) => open(source(path), env) }
}

it('opens a model once for all that use it at a time, and releases it with the last', async () => {
  const { log, open } = counted()
  const [first, second, other] = await Promise.all([open('a'), open('a'), open('b')])
  await first.release()
  await first.release()
  expect(log).toEqual(['open a', 'open b'])
  await second.release()
  await other.release()
  await (await open('a')).release()
  expect(log).toEqual(['open a', 'open b', 'release a', 'release b', 'open a', 'release a'])
})

it('tries again after a failure, which everyone hears who waited', async () => {
  const { log, open } = counted()
  await expect(Promise.all([open('bad'), open('bad')])).rejects.toThrow('unreadable')
  await expect(open('bad')).rejects.toThrow('unreadable')
  expect(log).toEqual(['open bad', 'open bad'])
})
