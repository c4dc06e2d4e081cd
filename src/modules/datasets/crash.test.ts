import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startServerProcess } from '../../testing/server-process.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function serve(dataDir: string, fault?: string) {
  const server = await startServerProcess({ dataDir, ...(fault === undefined ? {} : { fault }) })
  cleanups.push(() => server.kill('SIGKILL'))
  return server
}

async function post(url: string, body: unknown) {
  const headers = { 'content-type': 'application/json' }
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json()
}

describe('a server killed while it makes a version', () => {
  // Slow: each case starts the real server twice.
  it.each(['blobs.write.staged', 'blobs.write.renamed', 'datasets.version.beforeCommit', 'datasets.version.committed'])(
    'at %s makes it once when the client asks again',
    async (fault) => {
      const dataDir = await mkdtemp(join(tmpdir(), 'slipway-fault-'))
      cleanups.push(() => rm(dataDir, { recursive: true, force: true }))
      const addVersion = async (url: string) => {
        await post(`${url}/v1/datasets`, { name: 'once' })
        const blob = await (await fetch(`${url}/v1/blobs`, { method: 'PUT', body: 'the bytes' })).json()
        return post(`${url}/v1/datasets/once/versions`, { files: [{ path: 'file', ...blob }] })
      }
      const first = await serve(dataDir, fault)
      await expect(addVersion(first.url)).rejects.toThrow('fetch failed')
      expect(await first.ended).toBe('SIGKILL')

      const { url } = await serve(dataDir)
      expect(await addVersion(url)).toMatchObject({ version: 1, fileCount: 1 })
      expect(await (await fetch(`${url}/v1/datasets/once`)).json()).toMatchObject({ versionCount: 1 })
      expect(await (await fetch(`${url}/v1/datasets/once/versions/1/files/file`)).text()).toBe('the bytes')
    },
    60_000,
  )
})
