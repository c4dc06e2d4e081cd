import { path } from '../kit/path.ts'

export const tracesPath = path('/experiments/$experiment/traces')
export const tracePath = path('/traces/$trace')
