import { abTestOperations } from './ab-tests/operations.ts'
import { banditOperations } from './bandits/operations.ts'
import { batchOperations } from './batches/operations.ts'
import { conversionOperations } from './conversions/operations.ts'
import { deploymentOperations } from './deployments/operations.ts'
import { environmentOperations } from './environments/operations.ts'
import { exportOperations } from './exports/operations.ts'
import { fleetOperations } from './fleet/operations.ts'
import { modelOperations } from './models/operations.ts'
import { packageOperations } from './packages/operations.ts'
import { predictionOperations } from './predictions/operations.ts'
import { replayOperations } from './replays/operations.ts'
import { rolloutOperations } from './rollouts/operations.ts'
import { shadowOperations } from './shadows/operations.ts'

export const servingOperations = [
  ...deploymentOperations,
  ...predictionOperations,
  ...rolloutOperations,
  ...shadowOperations,
  ...abTestOperations,
  ...banditOperations,
  ...replayOperations,
  ...exportOperations,
  ...batchOperations,
  ...packageOperations,
  ...fleetOperations,
  ...modelOperations,
  ...conversionOperations,
  ...environmentOperations,
]
