import { rename, rm } from 'node:fs/promises'
import { isAppError } from '../../kernel/errors.ts'
import { blobPath } from '../../platform/blobs/index.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { listSpools, openSpool, removedEnd, type Spool, type StartSpoolServer } from './open-spool.ts'
import { isEmpty, type ServerAt, type Synced, sync, type Waiting, waiting } from './sync.ts'
import { noCounts, type SyncCounts } from './sync-context.ts'

export interface SpoolsOptions {
  /** A spool, or the folder of many. */
  readonly folder: string
  readonly to: ServerAt
  readonly startServer: StartSpoolServer
  /** Of a server that runs on the data directory, when it is no spool of ours. */
  readonly token?: string | undefined
  readonly signal: AbortSignal
  /** Sends everything once more, whatever was acknowledged. */
  readonly isAgain?: boolean
  /** Removes a spool that was made for a command, once nothing of it waits any more. */
  readonly isRemoved?: boolean
  readonly onProgress?: (folder: string, sent: SyncCounts) => void
}

export type SyncedSpool = Synced & { readonly folder: string; readonly isRemoved: boolean }
export type WaitingSpool = Waiting & { readonly folder: string }

/** Sends one spool after the other. One that another process sends at the moment is refused and passed over. */
export async function syncSpools(options: SpoolsOptions): Promise<SyncedSpool[]> {
  const done: SyncedSpool[] = []
  for (const folder of await listSpools(options.folder)) {
    try {
      done.push(await syncOne(folder, options))
    } catch (error) {
      if (!isAppError(error) || error.code !== 'spool_busy') throw error
      const refusal = { what: `spool ${folder}`, code: error.code, detail: error.message }
      done.push({ folder, sent: noCounts(), versions: [], refusals: [refusal], isRemoved: false })
    }
  }
  return done
}

async function syncOne(folder: string, options: SpoolsOptions): Promise<SyncedSpool> {
  const { to, signal, isAgain, onProgress } = options
  const { synced, isDone } = await withSpool(folder, options, async (spool, ledger) => {
    if (isAgain) ledger.clear()
    const parts = { from: spool.at, ledger, pathOf: pathIn(folder), signal }
    const report = onProgress === undefined ? {} : { onProgress: (sent: SyncCounts) => onProgress(folder, sent) }
    const found = await sync({ ...parts, to, ...report })
    return { synced: found, isDone: spool.isDisposable && isEmpty(await waiting(parts)) }
  })
  const isRemoved = options.isRemoved === true && isDone
  if (isRemoved) await remove(folder)
  return { ...synced, folder, isRemoved }
}

/** What waits in each spool. */
export async function waitingSpools(options: SpoolsOptions): Promise<WaitingSpool[]> {
  const all: WaitingSpool[] = []
  for (const folder of await listSpools(options.folder)) {
    const found = await withSpool(folder, options, (spool, ledger) =>
      waiting({ from: spool.at, ledger, pathOf: pathIn(folder), signal: options.signal }),
    )
    all.push({ folder, ...found })
  }
  return all
}

type Work<T> = (spool: Spool, ledger: Ledger) => Promise<T>

/** Nobody else sends the spool while `work` lasts. Throws `spool_busy`. */
export async function withSpool<T>(
  folder: string,
  { to, startServer, token }: Pick<SpoolsOptions, 'to' | 'startServer' | 'token'>,
  work: Work<T>,
): Promise<T> {
  const ledger = openLedger(folder, targetOf(to.url))
  try {
    const spool = await openSpool(folder, { startServer, token })
    try {
      return await work(spool, ledger)
    } finally {
      await spool.close()
    }
  } finally {
    ledger.close()
  }
}

const targetOf = (url: string) => url.replace(/\/+$/, '')
export const pathIn = (folder: string) => (digest: string) => blobPath(folder, digest)

/** Under another name first: half a spool must not be taken for one. */
async function remove(folder: string): Promise<void> {
  await rename(folder, folder + removedEnd)
  await rm(folder + removedEnd, { recursive: true, force: true })
}
