import { path } from '../kit/path.ts'

export const webhooksPath = path('/webhooks')
export const webhookPath = path('/webhooks/$webhook')
