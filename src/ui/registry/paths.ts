import { path } from '../kit/path.ts'

export const modelsPath = path('/models')
export const modelPath = path('/models/$model')
export const modelVersionPath = path('/models/$model/$version')
