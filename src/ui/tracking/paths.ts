import { path } from '../kit/path.ts'

export const experimentsPath = path('/experiments')
export const experimentPath = path('/experiments/$experiment')
export const runsPath = path('/runs')
export const runPath = path('/runs/$run')
export const watchesPath = path('/experiments/$experiment/watches')
export const compareRunsPath = path('/runs/compare')

export const comparisonOf = (runs: readonly string[]): string =>
  `${compareRunsPath()}?runs=${runs.map(encodeURIComponent).join(',')}`
