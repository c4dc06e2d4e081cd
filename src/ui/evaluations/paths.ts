import { path } from '../kit/path.ts'

export const evaluationsPath = path('/evaluations')
export const evaluationPath = path('/evaluations/$set')
