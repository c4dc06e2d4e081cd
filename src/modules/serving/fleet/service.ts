import type { Platform } from '../../../platform/platform.ts'
import type { ServingDb } from '../tables.ts'
import { type Fleet, type FleetMember, fleetErrors, type MemberState } from './model.ts'
import { deleteMember, listMembers, type StoredMember } from './store.ts'

export interface FleetEnv {
  readonly db: ServingDb
  readonly platform: Pick<Platform, 'clock' | 'version'>
}

export function createFleet({ db, platform }: FleetEnv) {
  async function getFleet(): Promise<Fleet> {
    const now = platform.clock.now()
    const stored = await listMembers(db.read)
    return { items: stored.map((member) => toMember(member, { now, version: platform.version })) }
  }

  /** Takes a member off the list that will not come back. What its own log still holds is not read any more. */
  async function forgetMember(id: string): Promise<void> {
    const member = (await listMembers(db.read)).find((each) => each.id === id)
    if (member === undefined) throw fleetErrors.member_not_found({ id })
    if (member.leaseUntil > platform.clock.now()) throw fleetErrors.member_is_live({ id, url: member.url })
    await db.transaction((tx) => deleteMember(tx.query, id))
  }

  return { getFleet, forgetMember }
}

function toMember(stored: StoredMember, own: { readonly now: number; readonly version: string }): FleetMember {
  const { id, role, name, url, programVersion, planVersion, load, startedAt, seenAt } = stored
  return {
    id,
    role,
    url,
    state: stateOf(stored, own.now),
    planVersion,
    problems: problemsOf(stored, own.version),
    ...load,
    version: programVersion,
    name,
    startedAt,
    seenAt,
  }
}

function stateOf({ joinedAt, leaseUntil }: StoredMember, now: number): MemberState {
  if (leaseUntil <= now) return 'away'
  return joinedAt === null ? 'joining' : 'live'
}

function problemsOf({ failures, programVersion }: StoredMember, version: string): string[] {
  const loading = failures.map(({ deployment, problem }) => `${deployment} is not loaded: ${problem}`)
  if (programVersion === version) return loading
  return [...loading, `It runs Slipway ${programVersion}, the control plane ${version}.`]
}
