/** Waiting for what the server does by itself. */
import { setTimeout as delay } from 'node:timers/promises'
import type { PagedRequest } from '../../../src/sdk/index.ts'

/** Every item of every page. */
export async function all<T>(list: PagedRequest<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of list) items.push(item)
  return items
}

/** Ids grow with time. */
export function oldestFirst<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1))
}

export interface Waiting {
  readonly signal: AbortSignal
  readonly timeoutMs?: number
}

/** Asks `look` again and again until it answers something; fails with `what` when that takes longer than 60 s. */
export async function until<T>(
  what: string,
  { signal, timeoutMs = 60_000 }: Waiting,
  look: () => Promise<T | undefined>,
) {
  const deadline = performance.now() + timeoutMs
  for (let wait = 10; ; wait = Math.min(wait * 1.5, 250)) {
    const found = await look()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}.`)
    await delay(wait, undefined, { signal })
  }
}
