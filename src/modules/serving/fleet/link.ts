import { sleep } from '../../../kernel/retry.ts'
import type { Clock } from '../../../platform/runtime/index.ts'
import type { PlanDraft } from '../draft.ts'
import type { ServingDb, ServingTx } from '../tables.ts'
import {
  findPlanVersion,
  listMembers,
  type PlanFailure,
  type StoredMember,
  saveFeatureNames,
  savePublishedPlan,
} from './store.ts'

/** How the control plane reaches the other hosts of its fleet: by rows alone, so nobody has to be there to be told. */
export interface FleetLink {
  /** Number of the next plan: at least `atLeast`, and larger than any that was published. */
  nextVersion(atLeast: number): Promise<number>
  /** Other hosts answer predictions too. */
  hasMembers(): Promise<boolean>
  /** Members take it when they hear of it. */
  publish(version: number, draft: PlanDraft): Promise<void>
  /**
   * Resolves when every live member serves the deployments as that plan or a newer one says, whatever else it loads, with
   * what members could not load. A member that is not heard of any more is not waited for. Throws when a live one takes
   * longer than the limit.
   */
  untilServed(awaited: Awaited): Promise<readonly PlanFailure[]>
}

export interface Awaited {
  readonly version: number
  readonly deployments: readonly string[]
  readonly onProgress?: OnProgress | undefined
}

/** Told in words what is waited for. */
export type OnProgress = (text: string) => void

export interface FleetLinkEnv {
  readonly db: ServingDb
  readonly clock: Clock
  /** How long a live member may take for a plan; ms. */
  readonly limitMs: number
}

const pollMs = 100

/** A server whose database is its own has no fleet. */
export const noFleet: FleetLink = {
  nextVersion: async (atLeast) => atLeast,
  hasMembers: async () => false,
  publish: async () => {},
  untilServed: async () => [],
}

export function createFleetLink({ db, clock, limitMs }: FleetLinkEnv): FleetLink {
  async function listLive(): Promise<StoredMember[]> {
    return (await listMembers(db.read)).filter((member) => isLive(member, clock.now()))
  }

  async function untilServed(awaited: Awaited): Promise<readonly PlanFailure[]> {
    const begunAt = clock.monotonic()
    for (;;) {
      const members = await listLive()
      const late = members.filter((member) => isLate(member, awaited))
      if (late.length === 0) return members.flatMap(failuresOf)
      const names = late.map(({ name, url }) => `${name} (${url})`).join(', ')
      if (clock.monotonic() - begunAt > limitMs) throw new Error(`the member ${names} has not taken it yet`)
      awaited.onProgress?.(`waiting for the member ${names}`)
      await sleep(pollMs)
    }
  }
  return {
    nextVersion: async (atLeast) => Math.max(atLeast, (await findPlanVersion(db.read)) + 1),
    hasMembers: async () => (await listLive()).length > 0,
    publish: (version, draft) => db.transaction((tx) => publish(tx, { version, draft, at: clock.now() })),
    untilServed,
  }
}

async function publish(
  { query }: ServingTx,
  plan: { readonly version: number; readonly draft: PlanDraft; readonly at: number },
): Promise<void> {
  await savePublishedPlan(query, plan)
  for (const { modelVersionId, featureNames } of plan.draft.deployments.flatMap(({ variants }) => variants))
    if (featureNames !== undefined) await saveFeatureNames(query, modelVersionId, featureNames)
}

function isLate({ planVersion, pending }: StoredMember, { version, deployments }: Awaited): boolean {
  return planVersion < version || pending.some((name) => deployments.includes(name))
}

/** One that has not taken its first plan takes the newest anyway. */
function isLive({ role, joinedAt, leaseUntil }: StoredMember, now: number): boolean {
  return role === 'member' && joinedAt !== null && leaseUntil > now
}

function failuresOf({ name, failures }: StoredMember): PlanFailure[] {
  return failures.map(({ deployment, problem }) => ({ deployment, problem: `on member ${name}: ${problem}` }))
}
