import type { Page } from '../../kernel/paging.ts'
import type { AbTest, StartAbTest } from './ab-tests/model.ts'
import type { Bandit, StartBandit } from './bandits/model.ts'
import type { NewRollout, Rollout } from './rollouts/model.ts'

/** A page of what belongs to deployments, or to one. */
export interface PageOf {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly deployment?: string | undefined
}

/** What decides on the versions of a deployment instead of a person; at most one does at a time. */
export interface Delivery extends RolloutsService, ComparisonsService {}

export interface RolloutsService {
  /** Starts a canary; with a key that was used before, answers that rollout. */
  startRollout(input: NewRollout): Promise<Rollout>
  getRollout(id: string): Promise<Rollout>
  listRollouts(query: PageOf): Promise<Page<Rollout>>
  pauseRollout(id: string, reason?: string): Promise<Rollout>
  resumeRollout(id: string, reason?: string): Promise<Rollout>
  /** Throws `rollout_needs_no_approval` when the current step does not ask for it. */
  approveRollout(id: string, reason?: string): Promise<Rollout>
  /** Takes over at once, whatever the analysis says. */
  promoteRollout(id: string, reason?: string): Promise<Rollout>
  /** Back to the champion at once. */
  abortRollout(id: string, reason?: string): Promise<Rollout>
}

export interface ComparisonsService {
  /** Splits a deployment and compares its variants; see AbTest. */
  startAbTest(input: StartAbTest): Promise<AbTest>
  getAbTest(id: string): Promise<AbTest>
  listAbTests(query: PageOf): Promise<Page<AbTest>>
  stopAbTest(id: string, reason?: string): Promise<AbTest>
  /** Splits a deployment and lets the weights follow the rewards; see Bandit. */
  startBandit(input: StartBandit): Promise<Bandit>
  getBandit(id: string): Promise<Bandit>
  listBandits(query: PageOf): Promise<Page<Bandit>>
  stopBandit(id: string): Promise<Bandit>
}
