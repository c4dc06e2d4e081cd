import { expect, it } from 'vitest'
import { createIds } from '../../kernel/ids.ts'
import { systemClock } from '../../platform/runtime/index.ts'
import { describeDatabases } from '../../testing/databases.ts'
import { testApp } from '../../testing/test-app.ts'
import { createReports } from './create.ts'
import { reports } from './index.ts'
import type { ReportBlock } from './model.ts'
import { reportMigrations } from './tables.ts'

const blocks: readonly ReportBlock[] = [
  { kind: 'text', text: '# Why | "depth"' },
  { kind: 'scatter', experiment: 'tides', filter: 'metrics.auc > 0.9', limit: 20, x: 'params.depth', y: 'metrics.auc' },
]

describeDatabases('reports', reportMigrations, (open) => {
  const fresh = async () =>
    createReports({ db: (await open()).typed(), clock: systemClock, ids: createIds(() => Date.now()) })

  it('are kept with their blocks, and change only from the revision they are at', async () => {
    const own = await fresh()
    const { id } = await own.createReport({ name: 'Depth', blocks, createdBy: 'ann' })
    expect(await own.getReport(id)).toMatchObject({ name: 'Depth', blocks, revision: 1, updatedBy: 'ann' })
    await own.updateReport(id, { name: 'Deeper', revision: 1, updatedBy: 'bob' })
    await expect(own.updateReport(id, { blocks: [], revision: 1, updatedBy: 'eve' })).rejects.toMatchObject({
      code: 'report_changed',
    })
    expect(await own.getReport(id)).toMatchObject({ name: 'Deeper', blocks, revision: 2, updatedBy: 'bob' })
    await own.deleteReport(id)
    await expect(own.getReport(id)).rejects.toMatchObject({ code: 'report_not_found' })
  })

  it("lose nobody's change when several are made at once", async () => {
    const own = await fresh()
    const { id } = await own.createReport({ name: 'Depth', createdBy: 'ann' })
    const names = ['a', 'b', 'c', 'd']
    const ends = await Promise.allSettled(
      names.map((name) => own.updateReport(id, { name, revision: 1, updatedBy: name })),
    )
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await own.getReport(id)).toMatchObject({ revision: 2 })
  })

  it('are listed newest first, a page at a time', async () => {
    const own = await fresh()
    for (const name of ['one', 'two', 'three']) await own.createReport({ name, createdBy: 'ann' })
    const first = await own.listReports({ limit: 2 })
    expect(first.items.map(({ name }) => name)).toEqual(['three', 'two'])
    const rest = await own.listReports({ limit: 2, cursor: first.nextCursor })
    expect(rest.items.map(({ name }) => name)).toEqual(['one'])
  })
})

it('refuse a block of no known kind with nothing written', async () => {
  const app = await testApp({ modules: [reports] })
  try {
    const wrong = await app.request('POST', '/v1/reports', { name: 'x', blocks: [{ kind: 'poem', text: '' }] })
    expect(wrong.status).toBe(400)
    expect((await app.request('GET', '/v1/reports')).body.items).toEqual([])
    const short = await app.request('POST', '/v1/reports', { name: 'x', blocks: [{ kind: 'bars', metric: 'loss' }] })
    expect(short.body.blocks).toEqual([{ kind: 'bars', metric: 'loss', limit: 10 }])
  } finally {
    await app.dispose()
  }
})
