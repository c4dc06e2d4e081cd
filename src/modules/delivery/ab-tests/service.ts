import type { Page } from '../../../kernel/paging.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { checkSplit } from '../../serving/index.ts'
import type { DeliveryContext } from '../context.ts'
import { deliveryErrors } from '../model.ts'
import { collectFromStart, takeRewardTurn } from '../rewards/collect.ts'
import { countUnits, readRewards, sumRewards } from '../rewards/store.ts'
import type { DeliveryTables, DeliveryTx } from '../tables.ts'
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

/** Makes the split and begins to count, in one transaction. */
export async function startAbTest(ctx: DeliveryContext, input: StartAbTest): Promise<AbTest> {
  const id = ctx.platform.ids('abt')
  await ctx.serving.changeExisting(input.deployment, async (deployment) => {
    checkSplit(input.variants)
    ctx.serving.refuseWhileHeld(deployment)
    const control = input.control ?? input.variants[0]?.name ?? ''
    checkVariants(input, control)
    const variants = await ctx.serving.resolveVariants(deployment, input.variants)
    await ctx.predictions.catchUp()
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
      startedSeq: await ctx.predictions.lastSeq(deployment.name),
      startedAt: ctx.platform.clock.now(),
    }
    return {
      variants,
      also: async (outer) => {
        const tx = outer.typed<DeliveryTables>()
        await ctx.serving.takeDeployment(tx, deployment, { kind: 'abTest', id: test.id })
        await insertAbTest(tx.query, test)
        const payload = { abTestId: test.id, deployment: test.deployment }
        await ctx.platform.events.emit(tx, abTestStarted, test.id, payload)
      },
    }
  })
  return getAbTest(ctx, id)
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
  if (problem !== undefined) throw deliveryErrors.variants_invalid({ names: names.join(', '), problem })
}

/** One look by the job: new intervals, and the decision when there is one. */
export async function judgeOnce(ctx: DeliveryContext, id: string): Promise<void> {
  const known = await findAbTest(ctx.db.read, id)
  if (known?.state !== 'running') return
  if (!known.isCollecting) await beginCollecting(ctx, known)
  const { result, decision } = await judgeAbTest(known, {
    rewards: readRewards(ctx.db.read, id),
    sums: await sumRewards(ctx.db.read, id),
    units: await countUnits(ctx.db.read, { deployment: known.deployment, afterSeq: known.startedSeq }),
  })
  await ctx.serving.changeExisting(known.deployment, async () => {
    const test = await findAbTest(ctx.db.read, id)
    if (test?.state !== 'running') return undefined
    const now = ctx.platform.clock.now()
    if (decision === undefined) {
      await ctx.db.transaction((tx) => updateAbTest(tx.query, { ...test, result }))
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
    const also = (tx: Tx) => endAbTest(ctx, tx.typed(), decided, decision)
    if (test.onDecision === 'promote' && winner !== undefined)
      return { variants: [{ ...winner, name: `v${winner.version}`, weight: 100 }], also }
    await ctx.db.transaction(also)
    return undefined
  })
}

function beginCollecting(ctx: DeliveryContext, test: StoredAbTest): Promise<void> {
  return ctx.db.transaction(async (tx) => {
    await takeRewardTurn(tx)
    await collectFromStart(tx, test)
    await markAbTestCollecting(tx.query, test.id)
  })
}

async function endAbTest(
  ctx: DeliveryContext,
  tx: DeliveryTx,
  ended: StoredAbTest,
  decision: Pick<AbDecision, 'winner' | 'reason'> | undefined,
): Promise<void> {
  if (!(await updateAbTest(tx.query, ended))) return
  await ctx.serving.giveDeploymentBack(tx, ended.id)
  const payload = { abTestId: ended.id, deployment: ended.deployment, ...decision }
  const { winner, reason, abTestId, deployment } = payload
  await ctx.platform.events.emit(tx, abTestEnded, ended.id, { abTestId, deployment, winner, reason })
}

/** Ends the counting; the split stays. */
export async function stopAbTest(ctx: DeliveryContext, id: string, reason = 'stopped by hand'): Promise<AbTest> {
  const { deployment } = await getStoredAbTest(ctx, id)
  return ctx.serving.turnOf(deployment, async () => {
    const test = await getStoredAbTest(ctx, id)
    if (test.state !== 'running') return publicView(test)
    const now = ctx.platform.clock.now()
    const stopped: StoredAbTest = { ...test, state: 'stopped', decision: { at: now, reason }, endedAt: now }
    await ctx.db.transaction((tx) => endAbTest(ctx, tx, stopped, { reason }))
    return publicView(stopped)
  })
}

export async function getAbTest(ctx: DeliveryContext, id: string): Promise<AbTest> {
  return publicView(await getStoredAbTest(ctx, id))
}

export async function listAbTestPage(
  ctx: DeliveryContext,
  query: { limit: number; cursor?: string | undefined; deployment?: string | undefined },
): Promise<Page<AbTest>> {
  const page = await listAbTests(ctx.db.read, query)
  return { ...page, items: page.items.map(publicView) }
}

async function getStoredAbTest(ctx: DeliveryContext, id: string): Promise<StoredAbTest> {
  const test = await findAbTest(ctx.db.read, id)
  if (test === undefined) throw deliveryErrors.ab_test_not_found({ id })
  return test
}

function publicView({ deploymentId: _id, startedSeq: _seq, isCollecting: _is, ...test }: StoredAbTest): AbTest {
  return { ...test, variants: test.variants.map(({ digest: _digest, ...variant }) => variant) }
}
