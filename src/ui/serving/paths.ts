import { path } from '../kit/path.ts'

export const deploymentsPath = path('/deployments')
export const deploymentPath = path('/deployments/$deployment')
export const batchesPath = path('/batches')
export const environmentsPath = path('/environments')
export const fleetPath = path('/fleet')
export const predictionPath = path('/predictions/$prediction')
