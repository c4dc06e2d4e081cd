import { path } from '../kit/path.ts'

export const activityPath = path('/activity')
