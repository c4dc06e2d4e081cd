import { path } from '../kit/path.ts'

export const monitorsPath = path('/monitors')
export const monitorPath = path('/monitors/$monitor')
