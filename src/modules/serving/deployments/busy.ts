import { findActiveAbTest } from '../ab-tests/store.ts'
import { findActiveBandit } from '../bandits/store.ts'
import { servingErrors } from '../model.ts'
import { findActiveRollout } from '../rollouts/store.ts'
import type { ServingDb } from '../tables.ts'
import type { StoredDeployment } from './store.ts'

/** A change of the versions by hand would pull the rug from under what decides on them: that is ended first. */
export async function refuseWhileBusy(
  { db }: { readonly db: ServingDb },
  { id, name }: Pick<StoredDeployment, 'id' | 'name'>,
): Promise<void> {
  const rollout = await findActiveRollout(db.read, id)
  if (rollout !== undefined) throw servingErrors.rollout_active({ deployment: name, id: rollout.id })
  const test = await findActiveAbTest(db.read, id)
  if (test !== undefined)
    throw servingErrors.deployment_busy({ deployment: name, what: 'A/B test', id: test.id, command: 'ab-tests stop' })
  const bandit = await findActiveBandit(db.read, id)
  if (bandit !== undefined)
    throw servingErrors.deployment_busy({ deployment: name, what: 'bandit', id: bandit.id, command: 'bandits stop' })
}
