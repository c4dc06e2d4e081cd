import type { Tx } from '../../platform/db/index.ts'

/** What was stored: whoever decides on predictions or labels looks soon, on whichever host that is. */
export interface News {
  /** Those that got predictions or labels. */
  readonly deployments: readonly string[]
  /** Ids of the predictions that got labels; absent when predictions came. */
  readonly labeled?: readonly string[]
}

/** Told in the transaction that stored them. */
export type NewsListener = (tx: Tx, news: News) => Promise<void>

export interface NewsBoard {
  readonly tell: NewsListener
  /** Told of all news from here on. */
  listen(listener: NewsListener): void
}

export function createNewsBoard(): NewsBoard {
  const listeners: NewsListener[] = []
  return {
    tell: async (tx, news) => {
      for (const listener of listeners) await listener(tx, news)
    },
    listen: (listener) => {
      listeners.push(listener)
    },
  }
}
