import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datasets } from '../../../modules/datasets/index.ts'
import { createTransport, type Transport } from '../../../sdk/index.ts'
import { type TestApp, testApp } from '../../../testing/test-app.ts'
import { type DownloadOptions, downloadDataset } from './download.ts'
import { renderDownloaded } from './transfer-report.ts'

const content = { 'train/Zürich 1.txt': 'one', 'train/2/deep': 'two', 'test/3': 'three', empty: '' }
let app: TestApp
let send: Transport['raw']
let folder: string
let versionId: string
let next = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-download-'))
  app = await testApp({ modules: [datasets] })
  send = createTransport({ url: app.url }).raw
  await app.request('POST', '/v1/datasets', { name: 'files' })
  const files = []
  for (const [path, text] of Object.entries(content)) {
    files.push({ path, ...(await app.request('PUT', '/v1/blobs', text)).body })
  }
  versionId = (await app.request('POST', '/v1/datasets/files/versions', { files })).body.id
})
afterAll(async () => {
  await app.dispose()
  await rm(folder, { recursive: true, force: true })
})

async function newTarget(): Promise<string> {
  const target = join(folder, String(next++))
  await mkdir(target)
  return target
}

const download = (options: Partial<DownloadOptions> & { folder: string }, via = send) =>
  downloadDataset({ send: via }, { version: 'files@latest', ...options })

async function filesIn(target: string): Promise<Record<string, string>> {
  const entries = await readdir(target, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path.slice(target.length + 1), await readFile(path, 'utf8')])),
  )
}

describe('slipway datasets download', () => {
  it('brings every file, and the second time only what is missing', async () => {
    const target = await newTarget()
    expect(renderDownloaded(await download({ folder: join(target, 'new', 'folder') }))).toBe(
      `files@1 is in ${join(target, 'new', 'folder')}: 4 files, 4 downloaded (11 B).`,
    )
    expect(await filesIn(join(target, 'new', 'folder'))).toEqual(content)
    await rm(join(target, 'new', 'folder', 'train', '2', 'deep'))
    expect(await download({ folder: join(target, 'new', 'folder'), version: versionId })).toMatchObject({
      fileCount: 4,
      fetchedCount: 1,
    })
    expect(await filesIn(join(target, 'new', 'folder'))).toEqual(content)
  })

  it('takes a part of the version', async () => {
    const target = await newTarget()
    await download({ folder: target, version: 'files@1', prefix: 'train/' })
    expect(Object.keys(await filesIn(target)).sort()).toEqual(['train/2/deep', 'train/Zürich 1.txt'])
  })

  it('leaves files with other content alone unless told', async () => {
    const target = await newTarget()
    await writeFile(join(target, 'empty'), 'my own notes')
    await expect(download({ folder: target })).rejects.toMatchObject({
      code: 'file_in_the_way',
      message: expect.stringContaining('first empty'),
    })
    expect(await filesIn(target)).toEqual({ empty: 'my own notes' })
    await download({ folder: target, overwrite: true })
    expect(await filesIn(target)).toEqual(content)
  })

  it('continues a file that broke off', async () => {
    const target = await newTarget()
    const ranges: (string | undefined)[] = []
    const breaking: Transport['raw'] = async (method, path, options) => {
      const answer = await send(method, path, options)
      if (!path.endsWith('test/3')) return answer
      ranges.push(options?.headers?.range)
      if (ranges.length > 1) return answer
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('th'))
        },
        pull: (controller) => controller.error(new Error('the connection broke')),
      })
      return new Response(body, { status: answer.status })
    }
    await download({ folder: target }, breaking)
    expect(ranges).toEqual(['bytes=0-', 'bytes=2-'])
    expect(await filesIn(target)).toEqual(content)
  })

  it('keeps nothing that is not what the version names', async () => {
    const target = await newTarget()
    const lying: Transport['raw'] = async (method, path, options) =>
      path.endsWith('test/3') ? new Response('THREE', { status: 206 }) : send(method, path, options)
    await expect(download({ folder: target }, lying)).rejects.toMatchObject({ code: 'download_damaged' })
    expect((await filesIn(target))['test/3']).toBeUndefined()
  })

  it('writes nothing outside the folder, whatever the server or a link says', async () => {
    const target = await newTarget()
    const outside = await newTarget()
    await symlink(outside, join(target, 'train'))
    await expect(download({ folder: target })).rejects.toMatchObject({ code: 'path_outside' })
    const evil: Transport['raw'] = async (method, path, options) => {
      if (!path.includes('/files?')) return send(method, path, options)
      return Response.json({ items: [{ path: '../escaped', digest: '0'.repeat(64), sizeBytes: 1 }] })
    }
    await expect(download({ folder: await newTarget() }, evil)).rejects.toMatchObject({ code: 'path_outside' })
    expect(await readdir(outside)).toEqual([])
  })

  it('says so when there is no such version', async () => {
    const target = await newTarget()
    await expect(download({ folder: target, version: 'files@9' })).rejects.toMatchObject({ status: 404 })
    await expect(download({ folder: target, version: 'nothing' })).rejects.toMatchObject({ status: 404 })
  })
})
