import type { Page } from '../../../kernel/paging.ts'
import type { DeploymentEnv } from '../deployments/env.ts'
import { giveDeploymentBack, refuseWhileHeld, takeDeployment } from '../deployments/holder.ts'
import { checkSplit } from '../deployments/model.ts'
import { changeExisting, resolveVariants } from '../deployments/service.ts'
import { servingErrors } from '../model.ts'
import { lastSeq } from '../predictions/store.ts'
import { collectFromStart, takeRewardTurn } from '../rewards/collect.ts'
import { countUnits, readRewards, sumRewards } from '../rewards/store.ts'
import type { ServingTx } from '../tables.ts'
import { judgeAbTest } from './judge.ts'
import { type AbDecision, type AbTest, abTestEnded, abTestStarted, type StartAbTest } from './model.ts'
import {
  findAbTest,
  insertAbTest,
  listAbTests,
  markAbTestCollecting,
  type StoredAbTest,
  updateAbTest,
} from './store.ts'

export interface AbTestEnv extends DeploymentEnv {
  readonly catchUp: () => Promise<void>
}

/** Makes the split and begins to count, in one transaction. */
export async function startAbTest(env: AbTestEnv, input: StartAbTest): Promise<AbTest> {
  const id = env.platform.ids('abt')
  await changeExisting(env, input.deployment, async (deployment) => {
    checkSplit(input.variants)
    refuseWhileHeld(env, deployment)
    const control = input.control ?? input.variants[0]?.name ?? ''
    checkVariants(input, control)
    const variants = await resolveVariants(env, deployment, input.variants)
    await env.catchUp()
    const { deployment: _name, variants: _variants, ...settings } = input
    const test: StoredAbTest = {
      ...settings,
      id,
      deploymentId: deployment.id,
      deployment: deployment.name,
      state: 'running',
      isCollecting: true,
      control,
      variants,
      startedSeq: await lastSeq(env.db.read, deployment.name),
      startedAt: env.platform.clock.now(),
    }
    return {
      variants,
      also: async (tx) => {
        await takeDeployment(env, tx.query, deployment, { kind: 'abTest', id: test.id })
        await insertAbTest(tx.query, test)
        const payload = { abTestId: test.id, deployment: test.deployment }
        await env.platform.events.emit(tx, abTestStarted, test.id, payload)
      },
    }
  })
  return getAbTest(env, id)
}

function checkVariants({ variants }: StartAbTest, control: string): void {
  const names = variants.map(({ name }) => name)
  const problem = !names.includes(control)
    ? `the control ${control} is none of them`
    : new Set(names).size < names.length
      ? 'two have the same name'
      : variants.some(({ weight }) => weight <= 0)
        ? 'each needs a weight above 0'
        : undefined
  if (problem !== undefined) throw servingErrors.variants_invalid({ names: names.join(', '), problem })
}

/** One look by the job: new intervals, and the decision when there is one. */
export async function judgeOnce(env: AbTestEnv, id: string): Promise<void> {
  const known = await findAbTest(env.db.read, id)
  if (known?.state !== 'running') return
  if (!known.isCollecting) await beginCollecting(env, known)
  const { result, decision } = await judgeAbTest(known, {
    rewards: readRewards(env.db.read, id),
    sums: await sumRewards(env.db.read, id),
    units: await countUnits(env.db.read, { deployment: known.deployment, afterSeq: known.startedSeq }),
  })
  await changeExisting(env, known.deployment, async () => {
    const test = await findAbTest(env.db.read, id)
    if (test?.state !== 'running') return undefined
    const now = env.platform.clock.now()
    if (decision === undefined) {
      await env.db.transaction((tx) => updateAbTest(tx.query, { ...test, result }))
      return undefined
    }
    const decided: StoredAbTest = {
      ...test,
      result,
      state: 'decided',
      decision: { at: now, ...decision },
      endedAt: now,
    }
    const winner = test.variants.find(({ name }) => name === decision.winner)
    const also = (tx: ServingTx) => endAbTest(env, tx, decided, decision)
    if (test.onDecision === 'promote' && winner !== undefined)
      return { variants: [{ ...winner, name: `v${winner.version}`, weight: 100 }], also }
    await env.db.transaction(also)
    return undefined
  })
}

function beginCollecting(env: AbTestEnv, test: StoredAbTest): Promise<void> {
  return env.db.transaction(async (tx) => {
    await takeRewardTurn(tx)
    await collectFromStart(tx, test)
    await markAbTestCollecting(tx.query, test.id)
  })
}

async function endAbTest(
  env: AbTestEnv,
  tx: ServingTx,
  ended: StoredAbTest,
  decision: Pick<AbDecision, 'winner' | 'reason'> | undefined,
): Promise<void> {
  if (!(await updateAbTest(tx.query, ended))) return
  await giveDeploymentBack(tx.query, ended.id)
  const payload = { abTestId: ended.id, deployment: ended.deployment, ...decision }
  const { winner, reason, abTestId, deployment } = payload
  await env.platform.events.emit(tx, abTestEnded, ended.id, { abTestId, deployment, winner, reason })
}

/** Ends the counting; the split stays. */
export async function stopAbTest(env: AbTestEnv, id: string, reason = 'stopped by hand'): Promise<AbTest> {
  const { deployment } = await getStoredAbTest(env, id)
  return env.turnOf(deployment, async () => {
    const test = await getStoredAbTest(env, id)
    if (test.state !== 'running') return publicView(test)
    const now = env.platform.clock.now()
    const stopped: StoredAbTest = { ...test, state: 'stopped', decision: { at: now, reason }, endedAt: now }
    await env.db.transaction((tx) => endAbTest(env, tx, stopped, { reason }))
    return publicView(stopped)
  })
}

export async function getAbTest(env: AbTestEnv, id: string): Promise<AbTest> {
  return publicView(await getStoredAbTest(env, id))
}

export async function listAbTestPage(
  env: AbTestEnv,
  query: { limit: number; cursor?: string | undefined; deployment?: string | undefined },
): Promise<Page<AbTest>> {
  const page = await listAbTests(env.db.read, query)
  return { ...page, items: page.items.map(publicView) }
}

async function getStoredAbTest(env: AbTestEnv, id: string): Promise<StoredAbTest> {
  const test = await findAbTest(env.db.read, id)
  if (test === undefined) throw servingErrors.ab_test_not_found({ id })
  return test
}

function publicView({ deploymentId: _id, startedSeq: _seq, isCollecting: _is, ...test }: StoredAbTest): AbTest {
  return { ...test, variants: test.variants.map(({ digest: _digest, ...variant }) => variant) }
}
