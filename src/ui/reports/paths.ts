import { path } from '../kit/path.ts'

export const reportsPath = path('/reports')
export const reportPath = path('/reports/$report')
