import type { Page } from '../../../kernel/paging.ts'
import { changeDeployment } from '../deployments/change.ts'
import type { DeploymentEnv } from '../deployments/env.ts'
import { giveDeploymentBack, refuseWhileHeld, takeDeployment } from '../deployments/holder.ts'
import { checkSplit } from '../deployments/model.ts'
import { getStored, resolveVariants } from '../deployments/service.ts'
import type { StoredVariant } from '../deployments/store.ts'
import { servingErrors } from '../model.ts'
import { lastSeq } from '../predictions/store.ts'
import { countUnits, listRewards } from '../rewards/store.ts'
import type { ServingTx } from '../tables.ts'
import { judgeAbTest } from './judge.ts'
import { type AbDecision, type AbTest, abTestEnded, abTestStarted, type StartAbTest } from './model.ts'
import { findAbTest, insertAbTest, listAbTests, type StoredAbTest, updateAbTest } from './store.ts'

export interface AbTestEnv extends DeploymentEnv {
  readonly catchUp: () => Promise<void>
}

/** Makes the split and begins to count, in one transaction. */
export function startAbTest(env: AbTestEnv, input: StartAbTest): Promise<AbTest> {
  return env.serial(async () => {
    const deployment = await getStored(env, input.deployment)
    checkSplit(input.variants)
    refuseWhileHeld(env, deployment)
    const control = input.control ?? input.variants[0]?.name ?? ''
    checkVariants(input, control)
    const variants = await resolveVariants(env, deployment, input.variants)
    await env.catchUp()
    const { deployment: _name, variants: _variants, ...settings } = input
    const test: StoredAbTest = {
      ...settings,
      id: env.platform.ids('abt'),
      deploymentId: deployment.id,
      deployment: deployment.name,
      state: 'running',
      control,
      variants,
      startedSeq: await lastSeq(env.db.read, deployment.name),
      startedAt: env.platform.clock.now(),
    }
    await changeDeployment(env, {
      name: deployment.name,
      model: deployment.model,
      variants,
      also: async (tx) => {
        await takeDeployment(env, tx.query, deployment, { kind: 'abTest', id: test.id })
        await insertAbTest(tx.query, test)
        const payload = { abTestId: test.id, deployment: test.deployment }
        await env.platform.events.emit(tx, abTestStarted, test.id, payload)
      },
    })
    return publicView(test)
  })
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
  await env.serial(async () => {
    const test = await findAbTest(env.db.read, id)
    if (test?.state !== 'running') return
    const range = { deployment: test.deployment, afterSeq: test.startedSeq }
    const rewards = await listRewards(env.db.read, range, test.metric)
    const { result, decision } = judgeAbTest(test, rewards, await countUnits(env.db.read, range))
    const now = env.platform.clock.now()
    if (decision === undefined) {
      await env.db.transaction((tx) => updateAbTest(tx.query, { ...test, result }))
      return
    }
    const decided: StoredAbTest = {
      ...test,
      result,
      state: 'decided',
      decision: { at: now, ...decision },
      endedAt: now,
    }
    const winner = test.variants.find(({ name }) => name === decision.winner)
    if (test.onDecision === 'keep' || winner === undefined)
      return env.db.transaction((tx) => end(env, tx, decided, decision))
    await promote(env, decided, { ...winner, weight: 100 })
  })
}

async function promote(env: AbTestEnv, decided: StoredAbTest, winner: StoredVariant): Promise<void> {
  const { name, model } = await getStored(env, decided.deployment)
  await changeDeployment(env, {
    name,
    model,
    variants: [{ ...winner, name: `v${winner.version}` }],
    also: (tx) => end(env, tx, decided, decided.decision),
  })
}

async function end(
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
export function stopAbTest(env: AbTestEnv, id: string, reason = 'stopped by hand'): Promise<AbTest> {
  return env.serial(async () => {
    const test = await getStoredAbTest(env, id)
    if (test.state !== 'running') return publicView(test)
    const now = env.platform.clock.now()
    const stopped: StoredAbTest = { ...test, state: 'stopped', decision: { at: now, reason }, endedAt: now }
    await env.db.transaction((tx) => end(env, tx, stopped, { reason }))
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

function publicView({ deploymentId: _id, startedSeq: _seq, ...test }: StoredAbTest): AbTest {
  return { ...test, variants: test.variants.map(({ digest: _digest, ...variant }) => variant) }
}
