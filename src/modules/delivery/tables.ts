import { type Migration, type SchemaChange, statement } from '../../kernel/migration.ts'
import type { TypedDatabase, TypedTx } from '../../platform/db/index.ts'
import type { PredictionTables } from '../predictions/index.ts'
import { type AbTestTables, abTestMigration } from './ab-tests/tables.ts'
import { type BanditTables, banditMigration } from './bandits/tables.ts'
import { type RewardTables, rewardMigration } from './rewards/tables.ts'
import { type RolloutTables, rolloutActorMigration, rolloutMigrations } from './rollouts/tables.ts'

/** What was predicted is read only. */
export interface DeliveryTables extends PredictionTables, RolloutTables, AbTestTables, BanditTables, RewardTables {}

function holdersUnderWay(kind: string, table: string): SchemaChange {
  const active = `from "${table}" h where h."deploymentId" = "serving_deployments"."id" and h."endedAt" is null`
  return statement(`update "serving_deployments" set "holderKind" = '${kind}', "holderId" = (select h."id" ${active})
    where exists (select 1 ${active})`)
}

export const deliveryMigrations: readonly Migration[] = [
  ...rolloutMigrations,
  abTestMigration,
  banditMigration,
  // What was under way before deployments knew their holders.
  {
    name: 'serving/018_holders_under_way',
    changes: [
      holdersUnderWay('rollout', 'serving_rollouts'),
      holdersUnderWay('abTest', 'serving_ab_tests'),
      holdersUnderWay('bandit', 'serving_bandits'),
    ],
  },
  rewardMigration,
  rolloutActorMigration,
]

export type DeliveryDb = TypedDatabase<DeliveryTables>
export type DeliveryTx = TypedTx<DeliveryTables>
