import { recordStore } from '../../../platform/db/index.ts'
import type { StoredVariant } from '../../serving/index.ts'
import type { DeliveryTables } from '../tables.ts'
import type { AbTest } from './model.ts'

export interface StoredAbTest extends AbTest {
  readonly deploymentId: string
  readonly startedSeq: number
  /** Its rewards are rows. */
  readonly isCollecting: boolean
  readonly variants: StoredVariant[]
}

export const abTests = recordStore<DeliveryTables, 'serving_ab_tests', StoredAbTest>('serving_ab_tests', {
  id: 'plain',
  deploymentId: 'plain',
  deployment: 'plain',
  state: 'plain',
  variants: 'json',
  settings: 'rest',
  result: 'json',
  decision: 'json',
  startedSeq: 'number',
  startedAt: 'plain',
  endedAt: 'plain',
  isCollecting: 'boolean',
})
