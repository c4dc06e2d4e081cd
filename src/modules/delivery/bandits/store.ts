import { recordStore } from '../../../platform/db/index.ts'
import type { StoredVariant } from '../../serving/index.ts'
import type { DeliveryTables } from '../tables.ts'
import type { Bandit } from './model.ts'

export interface StoredBandit extends Bandit {
  readonly deploymentId: string
  readonly startedSeq: number
  /** Its rewards are rows. */
  readonly isCollecting: boolean
  readonly variants: StoredVariant[]
}

export const bandits = recordStore<DeliveryTables, 'serving_bandits', StoredBandit>('serving_bandits', {
  id: 'plain',
  deploymentId: 'plain',
  deployment: 'plain',
  state: 'plain',
  variants: 'json',
  settings: 'rest',
  history: 'json',
  startedSeq: 'number',
  startedAt: 'plain',
  endedAt: 'plain',
  isCollecting: 'boolean',
})
