import { z } from 'zod'
import type { Event, Subscription } from '../../kernel/event.ts'
import { defineJob, handleJob, type JobHandler } from '../../kernel/job.ts'
import { backoffMs } from '../../kernel/retry.ts'
import { attempt, type Outcome } from './attempt.ts'
import type { WebhookContext } from './context.ts'
import * as store from './delivery-store.ts'
import type { Message } from './format.ts'
import { activeHooks, findHook, type HookRow } from './hook-store.ts'
import { matchesEvent } from './model.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** The job that makes the attempts of a delivery; each attempt that fails enqueues the next. */
export const deliver = defineJob('webhooks.deliver', z.object({ deliveryId: z.string() }), { concurrency: 8 })

interface NewDelivery {
  readonly hook: HookRow
  readonly origin: string
  readonly message: Message
}

export function toDeliveryRow({ platform }: WebhookContext, { hook, origin, message }: NewDelivery): store.DeliveryRow {
  const now = platform.clock.now()
  return {
    id: platform.ids('dlv'),
    hookId: hook.id,
    origin,
    event: message.event,
    state: 'pending',
    body: JSON.stringify(message.body),
    isTest: 0,
    attempt: 0,
    createdAt: now,
    nextAttemptAt: now,
    endedAt: null,
  }
}

/** Turns every event into a delivery for each webhook that listens, once, however often the event is handed over. */
export function fanOut(ctx: WebhookContext): Subscription {
  async function messagesFor(hook: HookRow, event: Event): Promise<NewDelivery[]> {
    const format = ctx.formats.find(hook.format)
    // An event of before the webhook was made is none of its business.
    if (format === undefined || event.at < hook.createdAt) return []
    const patterns = JSON.parse(hook.events) as string[]
    const messages = await format.translate(event)
    return messages
      .map((message, index) => ({ hook, origin: `${event.seq}.${index}`, message }))
      .filter(({ message }) => matchesEvent(patterns, message.event))
  }

  async function handle(event: Event): Promise<void> {
    const hooks = await activeHooks(ctx.db.read)
    const found = (await Promise.all(hooks.map((hook) => messagesFor(hook, event)))).flat()
    if (found.length === 0) return
    await ctx.db.transaction(async (tx) => {
      for (const one of found) {
        const row = toDeliveryRow(ctx, one)
        if (!(await store.insertDelivery(tx.query, row))) continue
        await ctx.platform.jobs.enqueue(tx, deliver, { deliveryId: row.id })
      }
    })
  }

  return { name: 'webhooks.fanOut', handle }
}

export function deliverHandler(ctx: WebhookContext): JobHandler {
  const { db, platform, config } = ctx

  return handleJob(deliver, async ({ payload, signal }) => {
    const delivery = await store.findDelivery(db.read, payload.deliveryId)
    if (delivery === undefined || delivery.state !== 'pending') return
    // A job that is run again after a crash: its attempt was recorded, and the next one has a job of its own.
    if (delivery.nextAttemptAt !== null && delivery.nextAttemptAt > platform.clock.now()) return
    const hook = await findHook(db.read, delivery.hookId)
    if (hook?.state !== 'active') return finish(delivery, 'canceled')
    await record(delivery, await attempt(ctx, { hook, delivery, signal }))
  })

  async function finish(delivery: store.DeliveryRow, state: 'canceled'): Promise<void> {
    const endedAt = platform.clock.now()
    await db.transaction((tx) => store.updateDelivery(tx.query, delivery.id, { state, endedAt, nextAttemptAt: null }))
  }

  async function record(delivery: store.DeliveryRow, outcome: Outcome): Promise<void> {
    const number = delivery.attempt + 1
    const isOver = outcome.isDone || !outcome.isTemporary || number % config.attempts === 0
    await db.transaction(async (tx) => {
      const current = await store.findDelivery(tx.query, delivery.id)
      if (current?.attempt !== delivery.attempt) return
      const nextAttemptAt = isOver ? null : platform.clock.now() + waitMs(number, outcome)
      await store.updateDelivery(tx.query, delivery.id, {
        attempt: number,
        nextAttemptAt,
        ...(isOver ? { state: outcome.isDone ? 'succeeded' : 'failed', endedAt: platform.clock.now() } : {}),
      })
      await store.insertAttempt(tx.query, toAttemptRow(delivery.id, number, outcome))
      if (nextAttemptAt !== null) {
        await platform.jobs.enqueue(tx, deliver, { deliveryId: delivery.id }, { at: nextAttemptAt })
      }
      if (isOver) await store.eraseEnded(tx.query, platform.clock.now() - config.keepDays * dayMs, 100)
    })
  }

  /** Three times longer each time, half of it by chance so that receivers are not hit in step. */
  function waitMs(number: number, outcome: Outcome): number {
    const ceiling = Math.min(hourMs, config.firstRetryMs * 3 ** ((number - 1) % config.attempts))
    const wait = ceiling / 2 + backoffMs({ firstDelayMs: ceiling / 2, maxDelayMs: hourMs }, 1)
    return Math.ceil(Math.max(wait, Math.min(outcome.retryAfterMs ?? 0, hourMs)))
  }
}

export function toAttemptRow(deliveryId: string, number: number, { at, durationMs, ...rest }: Outcome) {
  const { status = null, responseBody = null, error = null } = rest
  return { deliveryId, number, at, durationMs, status, responseBody, error }
}
