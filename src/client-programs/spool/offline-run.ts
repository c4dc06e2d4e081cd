import { setTimeout as sleep } from 'node:timers/promises'
import { createTransport, isSlipwayError } from '../../sdk/index.ts'
import type { Terminal } from '../../surfaces/cli/index.ts'
import { makeSpool, type Spool, type StartSpoolServer } from './open-spool.ts'
import { isEmpty, type ServerAt, type Synced, type SyncOptions, sync, waiting } from './sync.ts'
import { countsText, refusalText, renderWaiting, versionText } from './sync-report.ts'
import { pathIn, withSpool } from './sync-spools.ts'

export interface OfflineOptions {
  /** Folder of spools. */
  readonly folder: string
  /** The server that gets everything as soon as it answers. */
  readonly to: ServerAt
  readonly startServer: StartSpoolServer
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly now: Date
  /** Milliseconds between two attempts while the work lasts. */
  readonly everyMs: number
}

/**
 * Does `work` with a spool in the server's place, so that it never waits for the server, and meanwhile sends what is
 * there. Afterwards sends the rest, or says what waits and how to send it. What becomes of the sending never becomes the
 * work's failure.
 */
export async function withOfflineSpool(
  options: OfflineOptions,
  work: (spool: Spool) => Promise<number>,
): Promise<number> {
  const folder = await makeSpool(options.folder, options.now)
  return withSpool(folder, options, async (spool, ledger) => {
    const parts = { from: spool.at, to: options.to, ledger, pathOf: pathIn(folder) }
    const over = new AbortController()
    const sending = sendNowAndThen(options, over.signal, (signal) => sync({ ...parts, signal }))
    const code = await work(spool).finally(() => {
      over.abort()
      return sending
    })
    await sendRest(options, (rest) => sync({ ...parts, ...rest }))
    const rest = await waiting({ ...parts, signal: new AbortController().signal })
    if (!isEmpty(rest)) {
      options.terminal.note(
        `${renderWaiting({ folder, ...rest })}\nSend it with: slipway sync ${options.folder} --to ${options.to.url}\n`,
      )
    }
    return code
  })
}

async function sendNowAndThen(
  { everyMs, to }: OfflineOptions,
  over: AbortSignal,
  send: (signal: AbortSignal) => Promise<Synced>,
): Promise<void> {
  while (!over.aborted) {
    await sleep(everyMs, undefined, { signal: over }).catch(() => undefined)
    // What is refused or lost now is tried again, and told at the end.
    if (!over.aborted && (await answers(to))) await send(over).catch(() => undefined)
  }
}

/** Longer without an answer means that the network swallows what is sent: the command ends, and says what waits. */
const stallMs = 120_000

type Send = (rest: Pick<SyncOptions, 'signal' | 'onProgress'>) => Promise<Synced>

async function sendRest({ to, terminal, signal }: OfflineOptions, send: Send): Promise<void> {
  if (!(await answers(to))) return
  const stalled = new AbortController()
  const timer = setTimeout(() => stalled.abort(new Error('the server does not answer any more')), stallMs)
  try {
    const either = AbortSignal.any([signal, stalled.signal])
    const { sent, versions, refusals } = await send({ signal: either, onProgress: () => void timer.refresh() })
    const lines = [`Sent to ${to.url}: ${countsText(sent)}`, ...versions.map(versionText), ...refusals.map(refusalText)]
    terminal.note(`${lines.join('\n')}\n`)
  } catch (error) {
    terminal.note(`slipway: sending ended early: ${error instanceof Error ? error.message : error}\n`)
  } finally {
    clearTimeout(timer)
  }
}

/** A server that is away must not cost more than this, also when a network swallows what is sent to it. */
const answerMs = 3000

async function answers(to: ServerAt): Promise<boolean> {
  return createTransport(to)
    .raw('GET', '/health', { signal: AbortSignal.timeout(answerMs) })
    .then(
      () => true,
      (error: unknown) => isSlipwayError(error) && error.status !== 0 && error.status < 500,
    )
}
