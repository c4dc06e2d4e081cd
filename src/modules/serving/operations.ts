import { deploymentOperations } from './deployments/operations.ts'
import { environmentOperations } from './environments/operations.ts'
import { fleetOperations } from './fleet/operations.ts'
import { packageOperations } from './packages/operations.ts'

export const servingOperations = [
  ...deploymentOperations,
  ...packageOperations,
  ...fleetOperations,
  ...environmentOperations,
]
