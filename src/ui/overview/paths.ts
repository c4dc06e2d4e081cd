import { path } from '../kit/path.ts'

export const overviewPath = path('/')
