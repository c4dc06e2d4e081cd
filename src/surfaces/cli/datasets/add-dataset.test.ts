import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { datasets } from '../../../modules/datasets/index.ts'
import { createTransport, SlipwayError, type Transport } from '../../../sdk/index.ts'
import { type TestApp, testApp } from '../../../testing/test-app.ts'
import { type AddOptions, addDataset } from './add-dataset.ts'
import { bytesText, renderAdded } from './transfer-report.ts'
import { pieceBytes } from './upload.ts'

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')
const folders: string[] = []
let app: TestApp
let send: Transport['raw']
beforeAll(async () => {
  app = await testApp({ modules: [datasets] })
  send = createTransport({ url: app.url }).raw
})
afterAll(async () => {
  await app.dispose()
  for (const folder of folders) await rm(folder, { recursive: true, force: true })
})

async function folderWith(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-add-'))
  folders.push(folder)
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  return folder
}

const add = (name: string, paths: string[], more: Partial<AddOptions> = {}) =>
  addDataset({ send }, { name, paths, ...more })
const pathsOf = async (name: string) =>
  (await app.request('GET', `/v1/datasets/${name}/versions/latest/files?limit=1000`)).body.items.map(
    (file: { path: string }) => file.path,
  )

describe('slipway datasets add', () => {
  it('makes a version of a folder whose digest sha256sum confirms', async () => {
    const folder = await folderWith({ 'a.txt': 'one', 'sub/Zürich €.txt': 'two', 'sub/empty': '', '😀/x y': 'three' })
    await mkdir(join(folder, 'hollow'))
    const { version, isNew, uploadedCount } = await add('folder', [folder], {
      message: 'first',
      metadata: { by: 'me' },
    })
    expect(version).toMatchObject({ version: 1, fileCount: 4, sizeBytes: 11, message: 'first', metadata: { by: 'me' } })
    expect([isNew, uploadedCount]).toEqual([true, 4])
    expect(await pathsOf('folder')).toEqual(['a.txt', 'sub/Zürich €.txt', 'sub/empty', '😀/x y'])
    const command = `find * -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum`
    const confirmed = execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' })
    expect(confirmed.slice(0, 64)).toBe(version.digest)
  })

  it('keeps the names of several paths', async () => {
    const folder = await folderWith({ 'train/1': 'a', 'test/1': 'b', 'labels.csv': 'c' })
    await add(
      'several',
      ['train', 'test/', 'labels.csv'].map((path) => join(folder, path)),
    )
    expect(await pathsOf('several')).toEqual(['labels.csv', 'test/1', 'train/1'])
    await add('single', [join(folder, 'labels.csv')])
    expect(await pathsOf('single')).toEqual(['labels.csv'])
  })

  it('sends only what is new, and makes no version of what is not', async () => {
    const folder = await folderWith({ same: 'same', other: 'other', copy: 'same' })
    expect(await add('delta', [folder])).toMatchObject({ uploadedCount: 2, isNew: true })
    const again = await add('delta', [folder])
    expect(again).toMatchObject({ uploadedCount: 0, isNew: false, version: { version: 1 } })
    expect(renderAdded(again)).toBe('Nothing new: delta@1 already has these files (3 files, 13 B).')
    await writeFile(join(folder, 'other'), 'changed')
    expect(await add('delta', [folder])).toMatchObject({ uploadedCount: 1, isNew: true, version: { version: 2 } })
  })

  it('follows links, but not in circles', async () => {
    const folder = await folderWith({ 'real/file': 'r' })
    await symlink(join(folder, 'real', 'file'), join(folder, 'link'))
    await symlink(folder, join(folder, 'real', 'up'))
    await add('linked', [folder])
    expect(await pathsOf('linked')).toEqual(['link', 'real/file'])
  })

  it('continues a large file after the connection broke, and after the program did', async () => {
    const bytes = randomBytes(pieceBytes + 5_000_000)
    const folder = await folderWith({ 'large.bin': bytes })
    let sentPieces = 0
    const dying: Transport['raw'] = (method, path, options) => {
      if (method === 'PATCH' && ++sentPieces === 2) throw new Error('the program was ended')
      return send(method, path, options)
    }
    await expect(addDataset({ send: dying }, { name: 'large', paths: [folder] })).rejects.toThrow('ended')
    const offsets: string[] = []
    const flaky: Transport['raw'] = async (method, path, options) => {
      if (method === 'PATCH') offsets.push(options?.headers?.['slipway-offset'] ?? '')
      if (method === 'PATCH' && offsets.length === 1) throw new SlipwayError(0, { code: 'unreachable' })
      return send(method, path, options)
    }
    const { version } = await addDataset({ send: flaky }, { name: 'large', paths: [folder] })
    expect(offsets).toEqual([String(pieceBytes), String(pieceBytes)])
    const stored = await app.platform.blobs.bytes(sha256(bytes), bytes.length)
    expect(stored.equals(bytes)).toBe(true)
    expect(version.sizeBytes).toBe(bytes.length)
  })

  it('says which file changed while it was added', async () => {
    const folder = await folderWith({ steady: 'steady', restless: 'before' })
    const changing: Transport['raw'] = async (method, path, options) => {
      if (path === '/v1/blobs/missing') await writeFile(join(folder, 'restless'), 'after')
      return send(method, path, options)
    }
    await expect(addDataset({ send: changing }, { name: 'restless', paths: [folder] })).rejects.toMatchObject({
      code: 'file_changed',
      message: expect.stringContaining('restless'),
    })
    expect((await app.request('GET', '/v1/datasets/restless')).body.versionCount).toBe(0)
  })

  it('refuses what cannot be added, with the path', async () => {
    const folder = await folderWith({ 'a/x': '1', 'b/a/x': '2' })
    await mkdir(join(folder, 'hollow'))
    await expect(add('none', [join(folder, 'hollow')])).rejects.toMatchObject({ code: 'nothing_to_add' })
    await expect(add('none', [join(folder, 'missing')])).rejects.toMatchObject({ code: 'file_unreadable' })
    await expect(add('none', [join(folder, 'a'), join(folder, 'b', 'a')])).rejects.toMatchObject({ code: 'path_twice' })
    expect(spawnSync('mkfifo', [join(folder, 'hollow', 'pipe')]).status).toBe(0)
    await expect(add('none', [folder])).rejects.toMatchObject({ code: 'not_a_file' })
    await writeFile(join(folder, 'a', 'back\\slash'), '')
    await expect(add('none', [join(folder, 'a')])).rejects.toMatchObject({ code: 'dataset_files_invalid' })
    await expect(add('no/name', [join(folder, 'b')])).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('takes more files than fit into one request', async () => {
    const files = Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`${n % 10}/${n}`, `content ${n % 50}`]))
    const { version, uploadedCount } = await add('many', [await folderWith(files)])
    expect([version.fileCount, uploadedCount]).toEqual([10_001, 50])
  })
})

describe('sizes', () => {
  it('are read by people', () => {
    expect([0, 999, 1000, 1500, 123_456_789, 2.5e12].map(bytesText)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '1.5 kB',
      '123 MB',
      '2.5 TB',
    ])
  })
})
