import { expect, it } from 'vitest'
import { describeDatabases } from '../../testing/databases.ts'
import * as store from './store.ts'
import { migrations, type ProjectTables } from './tables.ts'

const project = (name: string, more: Partial<store.StoredProject> = {}): store.StoredProject => ({
  id: `prj_${name}`,
  name,
  digest: 'd1',
  text: `project: ${name}`,
  createdAt: 1,
  appliedAt: 1,
  ...more,
})

describeDatabases('projects store', migrations, (open) => {
  it('keeps the id and the birthday of a project that is applied again', async () => {
    const db = (await open()).typed<ProjectTables>()
    await db.transaction(async (tx) => {
      await store.saveProject(tx.query, project('flights', { commit: 'abc', dirty: true }))
      await store.saveProject(
        tx.query,
        project('flights', { id: 'prj_other', digest: 'd2', createdAt: 9, appliedAt: 9 }),
      )
    })
    const expected = project('flights', { digest: 'd2', appliedAt: 9 })
    expect(await store.findProject(db.read, 'flights')).toEqual(expected)
    expect(await store.findProject(db.read, 'prj_flights')).toEqual(expected)
    expect(await store.findProject(db.read, 'prj_other')).toBeUndefined()
  })

  it('pages through projects by name', async () => {
    const db = (await open()).typed<ProjectTables>()
    await db.transaction(async (tx) => {
      for (const name of ['c', 'a', 'B']) await store.saveProject(tx.query, project(name))
    })
    const first = await store.listProjects(db.read, { limit: 2 })
    expect(first.items.map((item) => item.name)).toEqual(['B', 'a'])
    expect(first.items[0]).not.toHaveProperty('text')
    const second = await store.listProjects(db.read, { limit: 2, cursor: first.nextCursor })
    expect(second.items.map((item) => item.name)).toEqual(['c'])
    expect(second.nextCursor).toBeUndefined()
  })

  it('keeps every application with its changes, newest first', async () => {
    const db = (await open()).typed<ProjectTables>()
    const flights = project('flights')
    const application = (id: string) => ({
      id,
      projectId: flights.id,
      project: flights.name,
      digest: 'd1',
      commit: 'abc',
      dirty: false,
      changes: [{ section: 'gates' as const, name: 'g', change: 'created' as const }],
      appliedAt: 2,
    })
    await db.transaction(async (tx) => {
      for (const id of ['app_1', 'app_2', 'app_3']) await store.insertApplication(tx.query, application(id))
    })
    expect(await store.listApplications(db.read, flights, 2)).toEqual([application('app_3'), application('app_2')])
  })
})
