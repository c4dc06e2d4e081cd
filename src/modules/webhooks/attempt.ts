import type { WebhookContext } from './context.ts'
import type { DeliveryRow } from './delivery-store.ts'
import { headersOf } from './format.ts'
import type { HookRow } from './hook-store.ts'
import type { DeliveryAttempt } from './model.ts'
import { send } from './send.ts'

/** What one request of a delivery came to. */
export interface Outcome extends Omit<DeliveryAttempt, 'number'> {
  readonly isDone: boolean
  /** Another attempt may fare better. */
  readonly isTemporary: boolean
  readonly retryAfterMs?: number | undefined
}

/** Sends the delivery once. Never throws for what the network or the receiver does: that is the outcome. */
export async function attempt(
  { platform, config, formats }: WebhookContext,
  { hook, delivery, signal }: { hook: HookRow; delivery: DeliveryRow; signal?: AbortSignal },
): Promise<Outcome> {
  const at = platform.clock.now()
  const format = formats.get(hook.format)
  const { id: deliveryId, body } = delivery
  const timeout = AbortSignal.timeout(config.timeoutMs)
  try {
    const answer = await send({
      url: hook.endpoint,
      headers: headersOf(format, { deliveryId, at, body, secret: hook.secret ?? undefined }),
      body,
      rules: config,
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    })
    const { status } = answer
    const isDone = status >= 200 && status < 300
    const error = isDone ? {} : { error: problemOf(status) }
    const isTemporary = status === 408 || status === 429 || status >= 500
    const facts = { at, durationMs: platform.clock.now() - at, status, responseBody: answer.text, ...error }
    return { ...facts, isDone, isTemporary, retryAfterMs: answer.retryAfterMs }
  } catch (thrown) {
    // The server stops: the attempt does not count, the job goes back to the queue.
    signal?.throwIfAborted()
    const error = timeout.aborted ? `no answer within ${config.timeoutMs} ms` : messageOf(thrown)
    return { at, durationMs: platform.clock.now() - at, error, isDone: false, isTemporary: true }
  }
}

function problemOf(status: number): string {
  return status >= 300 && status < 400 ? `answered ${status}; redirects are not followed` : `answered ${status}`
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return messageOf(thrown.errors[0])
  return thrown instanceof Error ? thrown.message : String(thrown)
}
