import type { Action } from './action.ts'
import { delivery } from './deliver.ts'
import type { DecisionKind } from './model.ts'
import { retraining } from './retrain.ts'

/** What policies can do. Each is told of what happens in this order. */
export const actions: Readonly<Record<DecisionKind, Action>> = {
  deliver: delivery,
  retrain: retraining,
}
