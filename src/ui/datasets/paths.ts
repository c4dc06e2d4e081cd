import { path } from '../kit/path.ts'

export const datasetsPath = path('/datasets')
export const datasetPath = path('/datasets/$dataset')
export const datasetVersionPath = path('/datasets/$dataset/$version')
