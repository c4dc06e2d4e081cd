import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { directProcesses } from '../../../testing/direct-processes.ts'
import { RunLost } from '../../inference/errors.ts'
import { startHost } from './host.ts'

/** Says that it is loaded, and answers the first run with what is no frame. */
const babbler = `
  const socket = require('node:net').connect(process.argv[1])
  socket.once('data', () => {
    socket.write(Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]))
    socket.once('data', () => socket.write(Buffer.alloc(64, 0xff)))
  })`

it('fails the run, and nothing else, when the process of a model writes what is no frame', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-host-'))
  const host = await startHost({
    processes: directProcesses(),
    folder,
    name: 'babbler',
    signal: new AbortController().signal,
    program: {
      command: process.execPath,
      args: (path) => ['-e', babbler, path],
      cwd: folder,
      env: {},
      given: {},
      timeoutMs: 20_000,
    },
  })
  const run = host.run([])
  await expect(run).rejects.toThrow('something that is no frame')
  await expect(run).rejects.toBeInstanceOf(RunLost)
  await host.ended
  await rm(folder, { recursive: true })
})
