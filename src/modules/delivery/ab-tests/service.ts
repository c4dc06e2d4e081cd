import type { Page } from '../../../kernel/paging.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { checkSplit } from '../../serving/index.ts'
import type { DeliveryContext } from '../context.ts'
import { deliveryErrors } from '../model.ts'
import { collectFromStart, takeRewardTurn } from '../rewards/collect.ts'
import { countUnits, readRewards, sumRewards } from '../rewards/store.ts'
import type { PageOf } from '../service.ts'
import type { DeliveryTables, DeliveryTx } from '../tables.ts'
import { judgeAbTest } from './judge.ts'
import { type AbDecision, type AbTest, abTestEnded, abTestStarted, type StartAbTest } from './model.ts'
import { abTests, type StoredAbTest } from './store.ts'

/** A/B tests: a split that is watched until one variant is surely better. */
export function createAbTests(ctx: DeliveryContext) {
  /** Makes the split and begins to count, in one transaction. */
  async function startAbTest(input: StartAbTest): Promise<AbTest> {
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
        salt: id,
        also: async (outer) => {
          const tx = outer.typed<DeliveryTables>()
          await ctx.serving.takeDeployment(tx, deployment, { kind: 'abTest', id: test.id })
          await abTests.insert(tx.query, test)
          const payload = { abTestId: test.id, deployment: test.deployment }
          await ctx.platform.events.emit(tx, abTestStarted, test.id, payload)
        },
      }
    })
    return getAbTest(id)
  }

  /** One look by the job: new intervals, and the decision when there is one. */
  async function judgeAbTestOnce(id: string): Promise<void> {
    const known = await abTests.find(ctx.db.read, { id })
    if (known?.state !== 'running') return
    if (!known.isCollecting) await beginCollecting(known)
    const { result, decision } = await judgeAbTest(known, {
      rewards: readRewards(ctx.db.read, id),
      sums: await sumRewards(ctx.db.read, id),
      units: await countUnits(ctx.db.read, { deployment: known.deployment, afterSeq: known.startedSeq }),
    })
    await ctx.serving.changeExisting(known.deployment, async () => {
      const test = await abTests.find(ctx.db.read, { id })
      if (test?.state !== 'running') return undefined
      const now = ctx.platform.clock.now()
      if (decision === undefined) {
        await ctx.db.transaction((tx) => abTests.change(tx.query, { id, endedAt: null }, { result }))
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
      const also = (tx: Tx) => endAbTest(tx.typed(), decided, decision)
      if (test.onDecision === 'promote' && winner !== undefined)
        return { variants: [{ ...winner, name: `v${winner.version}`, weight: 100 }], also }
      await ctx.db.transaction(also)
      return undefined
    })
  }

  function beginCollecting(test: StoredAbTest): Promise<void> {
    return ctx.db.transaction(async (tx) => {
      await takeRewardTurn(tx)
      await collectFromStart(tx, test)
      await abTests.change(tx.query, { id: test.id }, { isCollecting: true })
    })
  }

  async function endAbTest(
    tx: DeliveryTx,
    ended: StoredAbTest,
    decision: Pick<AbDecision, 'winner' | 'reason'> | undefined,
  ): Promise<void> {
    const { id, state, result, endedAt } = ended
    const end = { state, result, decision: ended.decision, endedAt }
    if (!(await abTests.change(tx.query, { id, endedAt: null }, end))) return
    await ctx.serving.giveDeploymentBack(tx, ended.id)
    const payload = { abTestId: ended.id, deployment: ended.deployment, ...decision }
    const { winner, reason, abTestId, deployment } = payload
    await ctx.platform.events.emit(tx, abTestEnded, ended.id, { abTestId, deployment, winner, reason })
  }

  /** Ends the counting; the split stays. */
  async function stopAbTest(id: string, reason = 'stopped by hand'): Promise<AbTest> {
    const { deployment } = await getStoredAbTest(id)
    return ctx.serving.turnOf(deployment, async () => {
      const test = await getStoredAbTest(id)
      if (test.state !== 'running') return publicView(test)
      const now = ctx.platform.clock.now()
      const stopped: StoredAbTest = { ...test, state: 'stopped', decision: { at: now, reason }, endedAt: now }
      await ctx.db.transaction((tx) => endAbTest(tx, stopped, { reason }))
      return publicView(stopped)
    })
  }

  async function getAbTest(id: string): Promise<AbTest> {
    return publicView(await getStoredAbTest(id))
  }

  async function listAbTests({ deployment, ...query }: PageOf): Promise<Page<AbTest>> {
    const page = await abTests.page(ctx.db.read, query, { deployment })
    return { ...page, items: page.items.map(publicView) }
  }

  async function getStoredAbTest(id: string): Promise<StoredAbTest> {
    const test = await abTests.find(ctx.db.read, { id })
    if (test === undefined) throw deliveryErrors.ab_test_not_found({ id })
    return test
  }

  return { startAbTest, getAbTest, listAbTests, stopAbTest, judgeAbTestOnce }
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

function publicView({ deploymentId: _id, startedSeq: _seq, isCollecting: _is, ...test }: StoredAbTest): AbTest {
  return { ...test, variants: test.variants.map(({ digest: _digest, ...variant }) => variant) }
}
