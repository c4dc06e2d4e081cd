import type { NewsListener } from '../predictions/index.ts'
import { abTests } from './ab-tests/store.ts'
import { bandits } from './bandits/store.ts'
import { collectRewards, takeRewardTurn } from './rewards/collect.ts'
import type { DeliveryTables } from './tables.ts'

/** Labels become rewards of whatever asks for them, in the transaction that stored the labels. */
export const collectNews: NewsListener = async (outer, { deployments, labeled = [] }) => {
  if (labeled.length === 0) return
  const tx = outer.typed<DeliveryTables>()
  await takeRewardTurn(tx)
  const running = [
    ...(await abTests.list(tx.query, { deployment: deployments, endedAt: null })),
    ...(await bandits.list(tx.query, { deployment: deployments, endedAt: null })),
  ]
  for (const subject of running) if (subject.isCollecting) await collectRewards(tx, subject, labeled)
}
