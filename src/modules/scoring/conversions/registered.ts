import { isAppError } from '../../../kernel/errors.ts'
import { type Subscription, subscribe } from '../../../kernel/event.ts'
import { versionCreated } from '../../registry/index.ts'
import type { ConversionsService } from '../service.ts'

/** Starts a conversion of every version that is registered; what is no Python model, or not whole yet, is left alone. */
export function convertAtRegistration({ startConversion }: Pick<ConversionsService, 'startConversion'>): Subscription {
  return subscribe('serving.convertAtRegistration', versionCreated, async ({ payload }) => {
    await startConversion({ model: payload.modelVersionId }).catch((error) => {
      if (!isAppError(error) || error.retryable) throw error
    })
  })
}
