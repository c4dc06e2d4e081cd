import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { createIds } from '../../kernel/ids.ts'
import { createEvents, eventMigrations } from '../../platform/events/index.ts'
import { createLog, systemClock } from '../../platform/runtime/index.ts'
import { describeDatabases } from '../../testing/databases.ts'
import { createRegistry } from './create.ts'
import { registryMigrations } from './tables.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const file = (path: string, text = path) => ({ path, digest: sha256(text), sizeBytes: text.length })

describeDatabases('registry', [...eventMigrations, ...registryMigrations], (open) => {
  async function start() {
    const db = await open()
    const events = createEvents({ db, clock: systemClock, log: createLog('silent'), owner: 'test' })
    const registry = createRegistry({
      db: db.typed(),
      clock: systemClock,
      ids: createIds(() => Date.now()),
      events,
      blobs: { find: async (digest) => (digest === sha256('lost') ? undefined : { digest, sizeBytes: 1 }) },
      tracking: {
        findRun: async () => undefined,
        getRun: () => Promise.reject(new Error('no runs here')),
        recordOutputs: async () => {},
      },
    })
    const add = (model: string, text: string) =>
      registry.createVersion({ model, files: [file('model.onnx', text)], format: 'onnx' })
    return { registry, add, eventTypes: async () => (await events.list({ limit: 100 })).map((event) => event.type) }
  }

  it('gives versions their numbers in turn, one each, under concurrent writers', async () => {
    const { registry, add } = await start()
    const versions = await Promise.all(Array.from({ length: 10 }, (_, index) => add('iris', `${index}`)))
    expect(versions.map((one) => one.version).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    await registry.deleteVersion('iris/10')
    expect((await add('iris', 'again')).version).toBe(11)
  })

  it('names the content: the digest is that of the sorted manifest', async () => {
    const { registry } = await start()
    const files = [file('b.txt'), file('a/z.txt'), file('B.txt')]
    const version = await registry.createVersion({ model: 'iris', files, format: 'python' })
    // What `sha256sum B.txt a/z.txt b.txt | sha256sum` prints.
    const manifest = ['B.txt', 'a/z.txt', 'b.txt'].map((path) => `${sha256(path)}  ${path}\n`).join('')
    expect(version.digest).toBe(sha256(manifest))
    expect(version.files.map((one) => one.path)).toEqual(['B.txt', 'a/z.txt', 'b.txt'])
    expect((await registry.createVersion({ model: 'other', files: files.toReversed(), format: 'python' })).digest).toBe(
      version.digest,
    )
  })

  it('answers the same version for the same key, and refuses other files under it', async () => {
    const { registry, eventTypes } = await start()
    const input = { model: 'iris', files: [file('a')], format: 'onnx', key: 'str_1' }
    const both = await Promise.all([registry.createVersion(input), registry.createVersion(input)])
    expect(both.map((one) => one.version)).toEqual([1, 1])
    expect((await eventTypes()).filter((type) => type === 'registry.version.created')).toHaveLength(1)
    const other = registry.createVersion({ ...input, files: [file('b')] })
    await expect(other).rejects.toMatchObject({ code: 'model_version_key_reused' })
  })

  it('refuses bad files whole', async () => {
    const { registry } = await start()
    const make = (files: { path: string; digest: string; sizeBytes: number }[]) =>
      registry.createVersion({ model: 'iris', files, format: 'onnx' })
    for (const path of ['', '/a', '../a', 'a//b', 'C:\\x']) {
      await expect(make([file(path)])).rejects.toMatchObject({ code: 'model_files_invalid' })
    }
    await expect(make([file('a'), file('a')])).rejects.toThrow('it is there twice')
    await expect(make([{ ...file('a'), digest: 'zz' }])).rejects.toThrow('is no SHA-256 digest')
    await expect(make([file('a', 'lost')])).rejects.toThrow('no blob')
    await expect(registry.createVersion({ model: 'a/b', files: [], format: 'onnx' })).rejects.toMatchObject({
      code: 'model_name_invalid',
    })
    expect(await registry.findModel('iris')).toBeUndefined()
  })

  it('moves an alias, audits every move once, and follows it', async () => {
    const { registry, add, eventTypes } = await start()
    await add('iris', '1')
    const second = await add('iris', '2')
    await registry.setAlias({ model: 'iris', alias: 'champion', version: 1, reason: 'first', movedBy: 'ann' })
    await registry.setAlias({ model: 'iris', alias: 'champion', version: 1 })
    await registry.setAlias({ model: 'iris', alias: 'champion', version: 2, evidence: { auc: 0.9 } })
    expect(await registry.resolve('iris@champion')).toMatchObject({ id: second.id, aliases: ['champion'] })
    expect((await registry.getModel('iris')).aliases).toEqual({ champion: 2 })
    await registry.deleteAlias({ model: 'iris', alias: 'champion' })
    await registry.deleteAlias({ model: 'iris', alias: 'champion' })
    const { items } = await registry.listAliasMoves({ model: 'iris', limit: 10 })
    expect(items.map(({ at: _, ...move }) => move)).toEqual([
      { alias: 'champion', from: 2, reason: '', movedBy: 'system' },
      { alias: 'champion', from: 1, to: 2, reason: '', evidence: { auc: 0.9 }, movedBy: 'system' },
      { alias: 'champion', to: 1, reason: 'first', movedBy: 'ann' },
    ])
    expect((await eventTypes()).filter((type) => type === 'registry.alias.moved')).toHaveLength(3)
    for (const alias of ['latest', 'v7', 'V12', 'a b', '']) {
      const refused = registry.setAlias({ model: 'iris', alias, version: 1 })
      await expect(refused).rejects.toMatchObject({ code: 'alias_invalid' })
    }
  })

  it('resolves every form of a reference and says what exactly is missing', async () => {
    const { registry, add } = await start()
    const first = await add('my model', '1')
    const second = await add('my model', '2')
    await registry.setAlias({ model: 'my model', alias: 'old', version: 1 })
    const idOf = async (ref: string) => (await registry.resolve(ref)).id
    expect(await Promise.all(['my model/1', 'my model@old', first.id].map(idOf))).toEqual(Array(3).fill(first.id))
    expect(await Promise.all(['my model', 'my model@latest', 'my model/2'].map(idOf))).toEqual(Array(3).fill(second.id))
    await expect(idOf('nobody@champion')).rejects.toMatchObject({ code: 'model_not_found' })
    await expect(idOf('my model@champion')).rejects.toMatchObject({ code: 'model_alias_not_found' })
    await expect(idOf('my model/9')).rejects.toMatchObject({ code: 'model_version_not_found' })
  })

  it('moves stages, archiving the ones before when told to', async () => {
    const { registry, add } = await start()
    for (const text of ['1', '2', '3']) await add('iris', text)
    await registry.setStage('iris/1', 'Production')
    await registry.setStage('iris/2', 'Production', { archiveExisting: true })
    const stages = async () =>
      (await registry.searchVersions({ model: 'iris', limit: 10, orderBy: ['version'] })).items.map((one) => one.stage)
    expect(await stages()).toEqual(['Archived', 'Production', 'None'])
    const refused = registry.setStage('iris/3', 'Archived', { archiveExisting: true })
    await expect(refused).rejects.toMatchObject({ code: 'stage_archive_invalid' })
  })

  it('searches models and versions by name, tag and number, in pages', async () => {
    const { registry, add } = await start()
    for (const name of ['alpha', 'beta', 'gamma']) await add(name, name)
    await add('beta', 'two')
    await registry.updateModel('beta', { tags: { team: 'risk' }, description: 'second letter' })
    await registry.updateVersion('beta/2', { tags: { quality: 'good' } })
    const models = async (filter: string) =>
      (await registry.searchModels({ filter, limit: 10 })).items.map((model) => model.name)
    expect(await models("name LIKE '%a' AND tags.team IS NULL")).toEqual(['alpha', 'gamma'])
    expect(await models("tags.team = 'risk' OR name = 'alpha'")).toEqual(['alpha', 'beta'])
    const versions = async (filter: string) =>
      (await registry.searchVersions({ filter, limit: 10 })).items.map((one) => `${one.model}/${one.version}`)
    expect(await versions("version > 1 AND tags.quality = 'good'")).toEqual(['beta/2'])
    const page = await registry.searchModels({ limit: 2, orderBy: ['name DESC'] })
    expect(page.items.map((model) => model.name)).toEqual(['gamma', 'beta'])
    const rest = await registry.searchModels({ limit: 2, orderBy: ['name DESC'], cursor: page.nextCursor })
    expect(rest.items.map((model) => model.name)).toEqual(['alpha'])
    expect(rest.nextCursor).toBeUndefined()
  })

  it('renames and deletes a model with all that is its own', async () => {
    const { registry, add } = await start()
    await add('old', '1')
    await add('taken', '1')
    await registry.setAlias({ model: 'old', alias: 'champion', version: 1 })
    await expect(registry.updateModel('old', { name: 'taken' })).rejects.toMatchObject({ code: 'model_exists' })
    await registry.updateModel('old', { name: 'new' })
    expect((await registry.resolve('new@champion')).model).toBe('new')
    await registry.deleteModel('new')
    expect(await registry.findVersion('new/1')).toBeUndefined()
    expect((await add('new', '1')).version).toBe(1)
  })

  it('compares two versions file by file', async () => {
    const { registry } = await start()
    const make = (files: ReturnType<typeof file>[]) =>
      registry.createVersion({ model: 'iris', files, format: 'python' })
    await make([file('same'), file('gone'), file('edited', 'one')])
    await make([file('same'), file('new'), file('edited', 'three')])
    const comparison = await registry.compareVersions('iris/1', 'iris/2')
    expect(comparison.files).toEqual([
      { path: 'edited', change: 'changed', sizeBytes: 5 },
      { path: 'gone', change: 'removed', sizeBytes: 4 },
      { path: 'new', change: 'added', sizeBytes: 3 },
    ])
    expect(comparison.isSignatureEqual).toBe(true)
  })
})
