import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { TypedDatabase } from '../../../platform/db/index.ts'
import { describeDatabases } from '../../../testing/databases.ts'
import { allServingMigrations } from '../../../testing/serving-migrations.ts'
import type { PredictionTables } from '../../predictions/index.ts'
import { saveLabels } from '../../predictions/label-store.ts'
import { insertPredictions } from '../../predictions/store.ts'
import { judgeAbTest } from '../ab-tests/judge.ts'
import type { AbTest } from '../ab-tests/model.ts'
import { newestRewards } from '../bandits/service.ts'
import { weigh } from '../bandits/weigh.ts'
import type { DeliveryTables } from '../tables.ts'
import { collectFromStart, collectRewards, type RewardSubject } from './collect.ts'
import { readRewards, sumRewards } from './store.ts'

type Db = TypedDatabase<DeliveryTables>

const metric = { kind: 'reward', low: 0, high: 1 } as const
const subject: RewardSubject = { id: 'abt_1', deployment: 'demo', metric, startedSeq: 0, isCollecting: true }
const variant = (name: string) => ({ name, weight: 50, version: 1, modelVersionId: `mdv_${name}` })

/** One of two rewards in turn, `a` of the first and `b` of the second of each pair. */
const addRewards = (db: Db, from: number, to: number, value: { readonly a: number; readonly b: number }) =>
  db.transaction(({ query }) =>
    sql`insert into serving_rewards ("subjectId", "unit", "predictionId", "variant", "value", "at")
      with recursive n(i) as (select ${sql.lit(from)} union all select i + 1 from n where i < ${sql.lit(to - 1)})
      select 'abt_1', i, 'prd_' || i, case when i % 2 = 0 then 'a' else 'b' end,
        case when i % 2 = 0 then ${sql.lit(value.a)} else ${sql.lit(value.b)} end, i from n`.execute(query),
  )

const predict = (id: string, more: { readonly variant?: string; readonly unit?: number }) => ({
  id,
  deployment: 'demo',
  variant: 'a',
  modelVersionId: 'mdv_a',
  requestId: undefined,
  inputs: {},
  outputs: { label: 1 },
  latencyUs: 1,
  at: 1,
  eventAt: 1,
  unit: undefined,
  ...more,
})

describeDatabases('rewards', allServingMigrations, (open) => {
  async function setUp() {
    const db = (await open()).typed<DeliveryTables>()
    const label = (predictionId: string, value: number | string, at: number) =>
      db.transaction(async (tx) => {
        const row = { predictionId, deployment: 'demo', value: JSON.stringify(value), observedAt: at, recordedAt: at }
        await saveLabels(tx.typed<PredictionTables>().query, [{ ...row, actor: null }])
        await collectRewards(tx, subject, [predictionId])
      })
    const rewards = async () => {
      const found = []
      for await (const { variant: name, value } of readRewards(db.read, subject.id)) found.push([name, value])
      return found
    }
    return { db, label, rewards }
  }

  it('are one for each key, that of the label that was known first, and none for who was not chosen by chance', async () => {
    const { db, label, rewards } = await setUp()
    const predictions = [
      predict('prd_first', { unit: 7 }),
      predict('prd_again', { unit: 7 }),
      predict('prd_other', { unit: 8, variant: 'b' }),
      predict('prd_pinned', {}),
    ]
    await db.transaction((tx) => insertPredictions(tx.typed(), predictions))
    await label('prd_other', 0, 10)
    await label('prd_pinned', 1, 11)
    await label('prd_again', 1, 12)
    await label('prd_first', 0, 13)
    expect(await rewards()).toEqual([
      ['b', 0],
      ['a', 1],
    ])
  })

  it('follow labels that are corrected later', async () => {
    const { db, label, rewards } = await setUp()
    await db.transaction((tx) =>
      insertPredictions(tx.typed(), [predict('prd_a', { unit: 1 }), predict('prd_b', { unit: 2, variant: 'b' })]),
    )
    await label('prd_a', 0, 10)
    await label('prd_b', 0.5, 11)
    await label('prd_a', 1, 12)
    expect(await rewards()).toEqual([
      ['b', 0.5],
      ['a', 1],
    ])
    expect(await sumRewards(db.read, subject.id)).toEqual(
      new Map([
        ['a', { count: 1, sum: 1, sumOfSquares: 1 }],
        ['b', { count: 1, sum: 0.5, sumOfSquares: 0.25 }],
      ]),
    )
    await label('prd_b', 'nobody knows', 13)
    expect(await rewards()).toEqual([['a', 1]])
  })

  it('are made of all labels of before for what began before they were rows', async () => {
    const { db, label, rewards } = await setUp()
    await db.transaction((tx) =>
      insertPredictions(tx.typed(), [predict('prd_a', { unit: 1 }), predict('prd_b', { unit: 2, variant: 'b' })]),
    )
    await label('prd_b', 1, 10)
    await label('prd_a', 0, 11)
    const before = await rewards()
    await db.transaction(({ query }) => query.deleteFrom('serving_rewards').execute())
    await db.transaction((tx) => collectFromStart(tx, subject))
    expect(await rewards()).toEqual(before)
  })

  it('turn a bandit around however many came before, when the truth turns', async () => {
    const { db } = await setUp()
    await addRewards(db, 0, 200_000, { a: 1, b: 0 })
    const bandit = {
      id: 'bnd_1',
      deployment: 'demo',
      state: 'running' as const,
      variants: [variant('a'), variant('b')],
      metric,
      kind: 'bernoulli' as const,
      floor: 5,
      intervalMs: 1000,
      history: [],
      startedAt: 0,
    }
    const weights = async () =>
      weigh(bandit, await sumRewards(db.read, subject.id, newestRewards), 1).arms.map(({ weight }) => weight)
    expect(await weights()).toEqual([95, 5])
    await addRewards(db, 200_000, 220_000, { a: 0, b: 1 })
    expect(await weights()).toEqual([5, 95])
  })

  it('are all looked at by an A/B test', async () => {
    const { db } = await setUp()
    await addRewards(db, 0, 200_000, { a: 0.5, b: 0.5 })
    await addRewards(db, 200_000, 220_000, { a: 0, b: 1 })
    const test: AbTest = {
      id: 'abt_1',
      deployment: 'demo',
      state: 'running',
      variants: [variant('a'), variant('b')],
      control: 'a',
      metric,
      alpha: 0.05,
      minSamples: 200,
      onDecision: 'keep',
      startedAt: 0,
    }
    const sums = await sumRewards(db.read, subject.id)
    const units = new Map([...sums].map(([name, { count }]) => [name, count]))
    const { result, decision } = await judgeAbTest(test, { rewards: readRewards(db.read, subject.id), sums, units })
    const [comparison] = result.comparisons
    expect(comparison).toMatchObject({ count: 110_000, controlCount: 110_000, outcome: 'better' })
    expect(comparison?.path.at(-1)).toMatchObject({ count: 220_000, at: 219_999 })
    expect(comparison?.estimate).toBeCloseTo(20_000 / 220_000, 2)
    expect(decision?.winner).toBe('b')
  })
})
