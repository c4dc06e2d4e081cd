import { describe, expect, it } from 'vitest'
import { describeDatabases } from '../../../testing/databases.ts'
import { trackingOver, trackingSchema } from '../../../testing/tracking-over.ts'
import { foldersOf, movedName } from './experiment-folder.ts'

describe('folders of experiments', () => {
  it('are made by the slashes in their names, and count what is in them at any depth', () => {
    const names = ['team/vision/boats', 'team/vision/cars', 'team/churn', 'team-b/x', 'flat', 'team/vision/old/first']
    expect(foldersOf(names.map((name) => ({ name, runCount: 2 })))).toEqual([
      { path: 'team', experimentCount: 4, runCount: 8 },
      { path: 'team/vision', experimentCount: 3, runCount: 6 },
      { path: 'team/vision/old', experimentCount: 1, runCount: 2 },
      { path: 'team-b', experimentCount: 1, runCount: 2 },
    ])
  })

  it('bear the names that people have', () => {
    const names = ['/Users/ann@example.com/notes', 'http://a/b', 'ends/', '/', '//']
    expect(foldersOf(names.map((name) => ({ name, runCount: 0 }))).map(({ path }) => path)).toEqual([
      '/Users',
      '/Users/ann@example.com',
      'http:',
      'http://a',
    ])
    expect([movedName('a/b/c', 'a', 'x/y'), movedName('a/b/c', 'a/b', '')]).toEqual(['x/y/b/c', 'c'])
  })
})

describeDatabases('moved folders', trackingSchema, (open) => {
  it('rename all that is in them, deleted ones too, and nothing beside them', async () => {
    const { tracking } = trackingOver(await open())
    for (const name of ['a/x', 'a/a/x', 'a/deleted', 'ab/x', 'a_/x']) await tracking.ensureExperiment(name)
    await tracking.createRun({ experimentId: 'a/x' })
    await tracking.deleteExperiment('a/deleted')
    const { id } = await tracking.getExperiment('a/a/x')
    expect(await tracking.moveFolder('a', 'team/b')).toBe(3)
    expect((await tracking.getExperiment(id)).name).toBe('team/b/a/x')
    expect((await tracking.getExperiment('team/b/deleted')).lifecycle).toBe('deleted')
    expect(await tracking.listFolders()).toEqual([
      { path: 'a_', experimentCount: 1, runCount: 0 },
      { path: 'ab', experimentCount: 1, runCount: 0 },
      { path: 'team', experimentCount: 2, runCount: 1 },
      { path: 'team/b', experimentCount: 2, runCount: 1 },
      { path: 'team/b/a', experimentCount: 1, runCount: 0 },
    ])
    // Up by one: a/x takes the name that x leaves.
    expect(await tracking.moveFolder('team/b', 'team')).toBe(3)
    expect((await tracking.getExperiment(id)).name).toBe('team/a/x')
  })

  it('move as a whole or not at all', async () => {
    const { tracking } = trackingOver(await open())
    for (const name of ['a/x', 'a/y', 'b/y']) await tracking.ensureExperiment(name)
    await expect(tracking.moveFolder('a', 'b')).rejects.toMatchObject({ code: 'experiment_exists' })
    await expect(tracking.moveFolder('a', 'a/inside')).rejects.toMatchObject({ code: 'folder_move_invalid' })
    await expect(tracking.moveFolder('nobody', 'b')).rejects.toMatchObject({ code: 'folder_not_found' })
    expect((await tracking.listFolders()).map(({ path, experimentCount }) => [path, experimentCount])).toEqual([
      ['a', 2],
      ['b', 1],
    ])
    const inFolder = await tracking.searchExperiments({ limit: 10, folder: 'a' })
    expect(inFolder.items.map(({ name }) => name).sort()).toEqual(['a/x', 'a/y'])
  })
})
