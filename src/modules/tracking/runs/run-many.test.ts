import { expect, it } from 'vitest'
import { describeDatabases } from '../../../testing/databases.ts'
import { trackingOver, trackingSchema } from '../../../testing/tracking-over.ts'
import type { Tracking } from '../service.ts'

describeDatabases('many runs at once', trackingSchema, (open) => {
  async function fresh(): Promise<Tracking> {
    const db = await open()
    const { tracking } = trackingOver(db)
    await tracking.ensureExperiment('here')
    const runs = [
      { id: 'a', depth: '4', loss: 1, team: 'risk' },
      { id: 'b', depth: '4', loss: 3 },
      { id: 'c', depth: '8', loss: Number.NaN },
      { id: 'd', loss: 7, other: 1 },
    ]
    for (const { id, depth, loss, team, other } of runs) {
      await tracking.createRun({ experimentId: 'here', id })
      await tracking.logBatch(id, {
        metrics: [{ key: 'loss', value: loss }, ...(other === undefined ? [] : [{ key: 'a.b', value: other }])],
        params: depth === undefined ? {} : { 'tree.depth': depth },
        tags: team === undefined ? {} : { team },
      })
    }
    return tracking
  }
  const here = { experiments: ['here'] }

  it('groups all that match, with runs that have no value as a group, and sums up what is a number', async () => {
    const tracking = await fresh()
    const { items } = await tracking.groupRuns({ ...here, by: 'params.tree.depth', metrics: ['loss'], limit: 10 })
    expect(items.map(({ value, count }) => [value, count])).toEqual([
      ['4', 2],
      ...(items[1]?.value === undefined
        ? [
            [undefined, 1],
            ['8', 1],
          ]
        : [
            ['8', 1],
            [undefined, 1],
          ]),
    ])
    expect(items[0]?.metrics).toEqual([{ key: 'loss', count: 2, mean: 2, min: 1, max: 3 }])
    expect(items.find(({ value }) => value === '8')?.metrics).toEqual([])
    const filtered = await tracking.groupRuns({ ...here, by: 'status', filter: 'metrics.loss >= 3', limit: 10 })
    expect(filtered.items).toEqual([{ value: 'RUNNING', count: 2, metrics: [] }])
    await expect(tracking.groupRuns({ ...here, by: 'startedAt', limit: 10 })).rejects.toMatchObject({
      code: 'group_invalid',
    })
    await expect(tracking.groupRuns({ ...here, by: 'metrics.loss', limit: 10 })).rejects.toMatchObject({
      code: 'group_invalid',
    })
  })

  it('knows every metric, and of parameters and tags those of the newest runs', async () => {
    const tracking = await fresh()
    expect(await tracking.listRunKeys(here)).toEqual({
      counted: 4,
      metrics: [
        { key: 'loss', count: 4 },
        { key: 'a.b', count: 1 },
      ],
      params: [{ key: 'tree.depth', count: 3 }],
      tags: [{ key: 'team', count: 1 }],
    })
    // A filter narrows what is counted; the names of metrics stay whole.
    expect(await tracking.listRunKeys({ ...here, filter: "params.`tree.depth` = '8'" })).toMatchObject({
      counted: 1,
      metrics: [
        { key: 'loss', count: 1 },
        { key: 'a.b', count: 0 },
      ],
    })
  })

  it('answers of a search only what was selected', async () => {
    const tracking = await fresh()
    const select = ['metrics.a.b', 'params.tree.depth']
    const { items } = await tracking.searchRuns({ ...here, limit: 10, select, filter: "id IN ('a', 'd')" })
    const found = new Map(items.map((run) => [run.id, run]))
    expect(found.get('a')).toMatchObject({ metrics: [], params: { 'tree.depth': '4' }, tags: {} })
    expect(found.get('d')?.metrics.map(({ key }) => key)).toEqual(['a.b'])
    const [bare] = (await tracking.searchRuns({ ...here, limit: 1, select: [] })).items
    expect(bare).toMatchObject({ metrics: [], params: {}, tags: {} })
    await expect(tracking.searchRuns({ ...here, limit: 1, select: ['loss'] })).rejects.toMatchObject({
      code: 'select_invalid',
    })
  })

  it('changes all of the runs or none', async () => {
    const tracking = await fresh()
    await tracking.changeRuns(['a', 'b'], { tags: { team: null, checked: 'yes' } })
    expect((await tracking.getRun('a')).tags).toEqual({ checked: 'yes' })
    await expect(tracking.changeRuns(['c', 'gone'], { lifecycle: 'deleted' })).rejects.toMatchObject({
      code: 'run_not_found',
    })
    expect((await tracking.getRun('c')).lifecycle).toBe('active')
    await tracking.changeRuns(['b', 'c'], { lifecycle: 'deleted' })
    expect((await tracking.searchRuns({ ...here, limit: 10 })).items).toHaveLength(2)
    await expect(tracking.changeRuns(['a', 'b'], { tags: { team: 'x' } })).rejects.toMatchObject({
      code: 'run_not_active',
    })
    expect((await tracking.getRun('a')).tags).toEqual({ checked: 'yes' })
    await tracking.eraseRuns(['b', 'c'])
    await tracking.eraseRuns(['b', 'c'])
    expect(await tracking.findRun('b')).toBeUndefined()
  })
})
