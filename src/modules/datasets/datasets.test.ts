import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialectNames } from '../../testing/databases.ts'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { type Datasets, datasets } from './index.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe.each(dialectNames)('datasets on %s', (database) => {
  let app: TestApp
  let service: Datasets
  beforeAll(async () => {
    app = await testApp({ modules: [datasets], database })
    service = app.doors.datasets as Datasets
  })
  afterAll(() => app.dispose())

  const store = async (path: string, text: string) => {
    const answer = await app.request('PUT', '/v1/blobs', text)
    expect(answer.status).toBe(201)
    return { path, ...(answer.body as { digest: string; sizeBytes: number }) }
  }
  const create = (name: string) => app.request('POST', '/v1/datasets', { name })
  const addVersion = (name: string, files: unknown, more: object = {}) =>
    app.request('POST', `/v1/datasets/${name}/versions`, { files, ...more })

  it('numbers versions and describes each by its content', async () => {
    expect((await create('birds')).body).toMatchObject({ name: 'birds', description: '', versionCount: 0 })
    const [b, a] = [await store('b/two.txt', 'two'), await store('a.txt', 'one')]
    const first = await addVersion('birds', [b, a], { message: 'begin', metadata: { source: ['field', 7] } })
    expect(first.status).toBe(201)
    expect(first.body).toMatchObject({
      dataset: 'birds',
      version: 1,
      // What sha256sum prints for the two files, in order of their paths, hashed.
      digest: sha256(`${sha256('one')}  a.txt\n${sha256('two')}  b/two.txt\n`),
      fileCount: 2,
      sizeBytes: 6,
      message: 'begin',
      metadata: { source: ['field', 7] },
      parents: [],
    })
    const second = await addVersion('birds', [a], { parents: [first.body.id] })
    expect(second.body).toMatchObject({ version: 2, parents: [first.body.id] })
    expect((await app.request('GET', '/v1/datasets/birds')).body).toMatchObject({ latestVersion: 2, versionCount: 2 })
    const list = await app.request('GET', '/v1/datasets/birds/versions?limit=1')
    expect(list.body.items.map((version: { version: number }) => version.version)).toEqual([2])
    const rest = await app.request('GET', `/v1/datasets/birds/versions?limit=1&cursor=${list.body.nextCursor}`)
    expect(rest.body.items.map((version: { version: number }) => version.version)).toEqual([1])
    expect(rest.body.nextCursor).toBeUndefined()
  })

  it('answers the newest version when the same files come again, and makes a new one otherwise', async () => {
    await create('again')
    const [x, y] = [await store('x', '1'), await store('y', '2')]
    const ids = []
    for (const files of [[x, y], [y, x], [x], [x, y]]) ids.push((await addVersion('again', files)).body.id)
    expect(ids[1]).toBe(ids[0])
    expect(new Set(ids).size).toBe(3)
  })

  it('takes a long list of files from a stored blob', async () => {
    await create('listed')
    const files = [await store('one', '1'), await store('two', '2')]
    const text = files.map((file) => JSON.stringify(file)).join('\n')
    const list = await store('list', text)
    const answer = await app.request('POST', '/v1/datasets/listed/versions', { fileList: list.digest })
    expect(answer.body).toMatchObject({ version: 1, fileCount: 2 })
    const bad = await store('list', `${text}\n{"path":"x"}`)
    const refused = await app.request('POST', '/v1/datasets/listed/versions', { fileList: bad.digest })
    expect(refused).toMatchObject({ status: 400, body: { code: 'file_list_invalid' } })
    expect(refused.body.detail).toContain('Line 3')
  })

  it('tells which digests are missing', async () => {
    const { digest } = await store('here', 'it is here')
    const missing = await app.request('POST', '/v1/blobs/missing', { digests: [digest, sha256('gone'), digest] })
    expect(missing.body).toEqual({ missing: [sha256('gone')] })
  })

  it('verifies stored bytes', async () => {
    const { digest } = await store('sound', 'sound')
    expect((await app.request('POST', `/v1/blobs/${digest}/verify`)).body).toEqual({ digest, sizeBytes: 5 })
    expect((await app.request('POST', `/v1/blobs/${sha256('gone')}/verify`)).body.code).toBe('blob_not_found')
  })

  it('numbers concurrent versions without gap or double', async () => {
    await create('race')
    const files = await Promise.all(Array.from({ length: 8 }, (_, n) => store(`${n}`, `race ${n}`)))
    const answers = await Promise.all(files.map((file) => addVersion('race', [file])))
    expect(answers.map((answer) => answer.body.version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('finds a version by name and number, latest, name alone and id', async () => {
    await create('refs')
    const [one, two] = [await store('f', 'ref one'), await store('f', 'ref two')]
    const first = (await addVersion('refs', [one])).body
    const second = (await addVersion('refs', [two])).body
    expect((await service.getVersion('refs@1')).id).toBe(first.id)
    for (const ref of ['refs@2', 'refs@latest', 'refs', second.id]) {
      expect(await service.getVersion(ref)).toMatchObject({ id: second.id, files: [two] })
    }
    expect(await service.findVersion('refs@3')).toBeUndefined()
    expect(await service.findVersion('nobody@1')).toBeUndefined()
    for (const ref of ['', 'refs@', 'refs@0', 'refs@-1', 'refs@v2', 'a b', '../x', `dsv_'`]) {
      await expect(service.getVersion(ref), ref).rejects.toMatchObject({ code: 'dataset_ref_invalid' })
    }
    expect((await app.request('GET', '/v1/datasets/refs/versions/9')).body).toMatchObject({
      code: 'dataset_version_not_found',
    })
    expect((await app.request('GET', `/v1/datasets/refs/versions/${first.id}`)).body.version).toBe(1)
  })

  it('refuses bad files with a path to each problem and writes nothing', async () => {
    await create('strict')
    const good = await store('good', 'good')
    const bad = (path: string) => ({ ...good, path })
    const files = [good, bad('../up'), bad('/abs'), bad('a\\b'), bad('good'), bad('good/inside'), bad('a//b'), bad('')]
    const answer = await addVersion('strict', files)
    expect(answer).toMatchObject({ status: 400, body: { code: 'dataset_files_invalid' } })
    expect(answer.body.detail).toContain('files[1].path: "../up": the path contains ".."')
    expect(answer.body.fields.map((field: { path: string }) => field.path)).toEqual(
      [1, 2, 3, 4, 6, 7, 5].map((index) => `files[${index}].path`),
    )
    const unknown = await addVersion('strict', [{ ...good, digest: sha256('never sent') }])
    expect(unknown.body).toMatchObject({ code: 'dataset_files_invalid', fields: [{ path: 'files[0].digest' }] })
    const wrongSize = await addVersion('strict', [{ ...good, sizeBytes: 99 }])
    expect(wrongSize.body).toMatchObject({ code: 'dataset_files_invalid', fields: [{ path: 'files[0].sizeBytes' }] })
    const orphan = await addVersion('strict', [good], { parents: ['dsv_00000000000000000000000000'] })
    expect(orphan).toMatchObject({ status: 404, body: { code: 'dataset_version_not_found' } })
    expect((await addVersion('nobody', [good])).body.code).toBe('dataset_not_found')
    expect((await addVersion('strict', [])).status).toBe(400)
    expect((await app.request('GET', '/v1/datasets/strict')).body).toMatchObject({ versionCount: 0 })
  })

  it('takes names that people give and refuses those that would be mistaken', async () => {
    for (const name of ['dst_x', 'dsv_1', '', '.hidden', 'a/b', 'ä', 'x'.repeat(129)]) {
      expect((await create(name)).status, name).toBe(400)
    }
    expect((await create('twice')).status).toBe(201)
    expect((await create('twice')).body.code).toBe('dataset_exists')
    const [one, two] = [
      await service.ensureDataset({ name: 'twice' }),
      await service.ensureDataset({ name: 'new.one' }),
    ]
    expect([one.name, two.name]).toEqual(['twice', 'new.one'])
    const found = await app.request('GET', '/v1/datasets?search=W.O')
    expect(found.body.items.map((dataset: { name: string }) => dataset.name)).toEqual(['new.one'])
    expect((await app.request('GET', '/v1/datasets?search=%25')).body.items).toEqual([])
  })

  it('lists files in order of their paths, by page and by folder', async () => {
    await create('tree')
    const paths = ['a/1', 'a/2', 'b/1', 'é', '😀', 'ﬁ']
    const files = await Promise.all(paths.map((path) => store(path, `content of ${path}`)))
    await addVersion('tree', files.reverse())
    const page = async (query: string) => (await app.request('GET', `/v1/datasets/tree/versions/1/files?${query}`)).body
    const first = await page('limit=4')
    const second = await page(`limit=4&cursor=${first.nextCursor}`)
    const all = [...first.items, ...second.items].map((file: { path: string }) => file.path)
    // By UTF-8 bytes: U+FB01 stands before U+1F600, which UTF-16 order would swap.
    expect(all).toEqual(['a/1', 'a/2', 'b/1', 'é', 'ﬁ', '😀'])
    expect((await page('prefix=a/')).items).toHaveLength(2)
  })

  it('compares two versions', async () => {
    await create('diff')
    const [kept, gone, old] = [await store('kept', 'k'), await store('gone', 'g'), await store('changed', 'old')]
    const [fresh, added] = [await store('changed', 'new'), await store('added', 'a')]
    await addVersion('diff', [kept, gone, old])
    await addVersion('diff', [kept, fresh, added])
    const { body } = await app.request('GET', '/v1/datasets/diff/versions/2/diff?from=1')
    expect(body).toMatchObject({ addedCount: 1, removedCount: 1, changedCount: 1, unchangedCount: 1 })
    expect(body.changes.map((one: { path: string; change: string }) => [one.path, one.change])).toEqual([
      ['added', 'added'],
      ['changed', 'changed'],
      ['gone', 'removed'],
    ])
  })

  it('deletes versions and datasets, keeps their numbers used, and frees the name', async () => {
    await create('mortal')
    const [x, y] = [await store('x', 'mx'), await store('y', 'my')]
    const { id } = (await addVersion('mortal', [x])).body
    expect((await app.request('DELETE', '/v1/datasets/mortal')).body.code).toBe('dataset_not_empty')
    expect((await app.request('DELETE', '/v1/datasets/mortal/versions/1')).status).toBe(200)
    expect((await app.request('GET', '/v1/datasets/mortal/versions/1')).body.code).toBe('dataset_version_deleted')
    await expect(service.getVersion(id)).rejects.toMatchObject({ code: 'dataset_version_deleted' })
    expect((await addVersion('mortal', [y])).body.version).toBe(2)
    expect((await app.request('DELETE', '/v1/datasets/mortal?withVersions=true')).status).toBe(200)
    expect((await app.request('GET', '/v1/datasets/mortal')).body.code).toBe('dataset_not_found')
    expect((await create('mortal')).status).toBe(201)
  })

  it('makes everything true together with the caller in one transaction', async () => {
    const file = await store('t', 'in a transaction')
    const failing = app.platform.db.transaction(async (tx) => {
      await service.ensureDataset({ name: 'atomic' }, tx)
      await service.createVersion({ dataset: 'atomic', files: [file] }, tx)
      throw new Error('the caller failed')
    })
    await expect(failing).rejects.toThrow('the caller failed')
    expect(await service.findVersion('atomic@1')).toBeUndefined()
  })

  it('tells its events what happened', async () => {
    await create('loud')
    const file = await store('l', 'loud')
    const version = await service.createVersion({ dataset: 'loud', files: [file], producedBy: { stepRunId: 'str_1' } })
    await service.deleteVersion(version.id)
    const events = await app.platform.events.list({ limit: 10, subject: version.id })
    expect(events.map(({ type, payload }) => ({ type, payload }))).toEqual([
      { type: 'datasets.version.deleted', payload: { versionId: version.id, dataset: 'loud', version: 1 } },
      {
        type: 'datasets.version.created',
        payload: {
          versionId: version.id,
          dataset: 'loud',
          version: 1,
          digest: version.digest,
          parents: [],
          stepRunId: 'str_1',
          fileCount: 1,
          files: [{ path: 'l', digest: file.digest }],
        },
      },
    ])
  })

  it('collects only bytes that no version names', async () => {
    await create('rooted')
    const [named, orphan] = [await store('n', 'named bytes'), await store('o', 'orphan bytes')]
    await addVersion('rooted', [named])
    const collect = (body: object) => app.request('POST', '/v1/blobs/collect', body)
    const counted = (await collect({ olderThanMs: 0 })).body
    expect(counted.deletedCount).toBeGreaterThan(0)
    expect((await app.request('HEAD', `/v1/blobs/${orphan.digest}`)).status).toBe(200)
    expect((await collect({ dryRun: false, olderThanMs: 0 })).body).toEqual(counted)
    expect((await app.request('HEAD', `/v1/blobs/${orphan.digest}`)).status).toBe(404)
    expect((await app.request('GET', '/v1/datasets/rooted/versions/1/files/n')).body).toBe('named bytes')
  })
})
