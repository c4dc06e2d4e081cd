import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createIds } from '../../../kernel/ids.ts'
import { systemClock } from '../../../platform/runtime/index.ts'
import { findIdentity } from './identity.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-identity-'))
})
afterAll(() => rm(folder, { recursive: true }))

const note = (text: string) => writeFile(join(folder, 'member.json'), text)

function find({ host = '127.0.0.1', advertised }: { host?: string; advertised?: string } = {}) {
  const publicPort = { host, port: 5000, isShareable: true, opened: Promise.resolve() }
  const nothing = async () => {}
  const platform = {
    ids: createIds(systemClock.now),
    workDir: async () => folder,
    publicPort: { ...publicPort, release: nothing, acquire: nothing },
  }
  return findIdentity(platform, advertised)
}

it('stays the same over restarts, on this host', async () => {
  const first = await find()
  expect(await find()).toEqual(first)
  await note(JSON.stringify({ id: first.id, name: 'another host' }))
  expect((await find()).id).not.toBe(first.id)
})

it('is made anew when the power went while it was written', async () => {
  const before = await find()
  for (const text of ['', '{"id":"mbr_']) {
    await note(text)
    const { id, name } = await find()
    expect([id, name]).toEqual([expect.stringMatching(/^mbr_/), hostname()])
    expect(id).not.toBe(before.id)
    expect((await find()).id).toBe(id)
  }
})

it('is reached where it listens, by its name where that is everywhere, or where it was told', async () => {
  expect((await find()).url).toBe('http://127.0.0.1:5000')
  expect((await find({ host: '::1' })).url).toBe('http://[::1]:5000')
  expect((await find({ host: '0.0.0.0' })).url).toBe(`http://${hostname()}:5000`)
  expect((await find({ advertised: 'https://models.example' })).url).toBe('https://models.example')
})
