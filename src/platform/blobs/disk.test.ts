import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll } from 'vitest'
import { describeBlobs } from '../../testing/blob-conformance.ts'
import { openBlobs } from './index.ts'

const folders: string[] = []
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

describeBlobs('disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-blobs-'))
  folders.push(folder)
  let offset = 0
  const clock = { now: () => Date.now() + offset, monotonic: () => performance.now() }
  const open = () => openBlobs({ url: `file:${folder}`, cacheDir: join(folder, 'cache'), clock })
  return {
    blobs: await open(),
    reopen: open,
    timeStepMs: 10,
    advance: (ms) => {
      offset += ms
    },
    async damage(digest, bytes) {
      const path = join(folder, 'blobs', digest.slice(0, 2), digest.slice(2, 4), digest)
      await chmod(path, 0o644)
      await writeFile(path, bytes)
    },
    async leftovers() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
      return files.map((path) => relative(folder, path)).filter((path) => !path.startsWith('blobs/'))
    },
  }
})
