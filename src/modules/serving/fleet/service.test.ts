import { expect, it } from 'vitest'
import { systemClock } from '../../../platform/runtime/index.ts'
import { describeDatabases } from '../../../testing/databases.ts'
import { allServingMigrations } from '../../../testing/serving-migrations.ts'
import type { ServingTables } from '../tables.ts'
import { createFleetLink } from './link.ts'
import { createFleet } from './service.ts'
import { findPublishedPlan, type StoredMember, saveMember } from './store.ts'

const hour = 3_600_000

describeDatabases('a fleet', allServingMigrations, (open) => {
  async function setUp(...members: Partial<StoredMember>[]) {
    const db = (await open()).typed<ServingTables>()
    const now = systemClock.now()
    const member = {
      role: 'member',
      name: 'host',
      url: 'http://host:5000',
      programVersion: '1.0.0',
      planVersion: 7,
      joinedAt: now,
      failures: [],
      pending: [],
      load: { workers: 1, memoryBytes: 100, pendingCount: 0, requestsPerSecond: 2.5 },
      startedAt: now,
      seenAt: now,
      leaseUntil: now + hour,
    } as const
    const save = (changes: Partial<StoredMember>) =>
      db.transaction((tx) => saveMember(tx.query, { id: 'mbr_a', ...member, ...changes }))
    for (const each of members) await save(each)
    const fleet = createFleet({ db, platform: { clock: systemClock, version: '1.0.0' } })
    const link = (limitMs: number) => createFleetLink({ db, clock: systemClock, limitMs })
    return { db, fleet, save, link, now }
  }

  it('tells who lives, who joins and who is away, and what is wrong with each', async () => {
    const { fleet, now } = await setUp(
      { id: 'mbr_a' },
      { id: 'mbr_b', joinedAt: null, planVersion: 0 },
      { id: 'mbr_c', leaseUntil: systemClock.now() - 1, programVersion: '0.9.0' },
      { id: 'mbr_d', failures: [{ deployment: 'iris', problem: 'no space left' }] },
    )
    const { items } = await fleet.getFleet()
    expect(items.map(({ id, state, problems }) => [id, state, problems])).toEqual([
      ['mbr_a', 'live', []],
      ['mbr_b', 'joining', []],
      ['mbr_c', 'away', ['It runs Slipway 0.9.0, the control plane 1.0.0.']],
      ['mbr_d', 'live', ['iris is not loaded: no space left']],
    ])
    expect(items[0]).toMatchObject({ planVersion: 7, requestsPerSecond: 2.5, workers: 1, startedAt: now })
  })

  it('forgets a member that is away, and refuses while it lives', async () => {
    const { fleet, save } = await setUp({})
    await expect(fleet.forgetMember('mbr_a')).rejects.toMatchObject({ code: 'member_is_live' })
    await expect(fleet.forgetMember('mbr_x')).rejects.toMatchObject({ code: 'member_not_found' })
    await save({ leaseUntil: 1 })
    await fleet.forgetMember('mbr_a')
    expect((await fleet.getFleet()).items).toEqual([])
  })

  it('waits with a plan for those that live and have joined, and tells what they could not load', async () => {
    const { db, link, save } = await setUp(
      { id: 'mbr_a', planVersion: 8, failures: [{ deployment: 'iris', problem: 'no space left' }] },
      { id: 'mbr_b', planVersion: 7 },
      { id: 'mbr_c', planVersion: 1, leaseUntil: 1 },
      { id: 'mbr_d', planVersion: 0, joinedAt: null },
    )
    const draft = { deployments: [] }
    await link(150).publish(8, draft)
    const awaited = { version: 8, deployments: ['iris'] }
    await expect(link(150).untilServed(awaited)).rejects.toThrow('host (http://host:5000) has not taken it yet')
    const told: string[] = []
    const sharing = link(5000).untilServed({ ...awaited, onProgress: (text) => void told.push(text) })
    await expect.poll(() => told[0]).toBe('waiting for the member host (http://host:5000)')
    await save({ id: 'mbr_b', planVersion: 8, pending: ['iris'] })
    await expect(link(150).untilServed(awaited)).rejects.toThrow('has not taken it yet')
    await save({ id: 'mbr_b', planVersion: 8, pending: ['other'] })
    expect(await sharing).toEqual([{ deployment: 'iris', problem: 'on member host: no space left' }])
    expect(await findPublishedPlan(db.read)).toEqual({ version: 8, draft })
    expect(await link(1000).nextVersion(3)).toBe(9)
    expect(await link(1000).nextVersion(30)).toBe(30)
  })
})
