import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { defineErrors } from '../../kernel/errors.ts'
import { isSqliteBusy } from '../../platform/db/index.ts'

export const ledgerErrors = defineErrors({
  spool_busy: ['conflict', '{folder} is being sent by another process.', 'It goes on there; wait for it.'],
})

type Kind = 'experiment' | 'run' | 'model' | 'version' | 'trace'

/**
 * What a server has acknowledged of a spool. Only a memory of what need not be sent again: without it everything is sent
 * once more and changes nothing. Its lock makes sure that one process at a time sends a spool.
 */
export interface Ledger {
  read<State>(kind: Kind, id: string): State | undefined
  write(kind: Kind, id: string, state: object): void
  /** Forgets everything that this server has acknowledged. */
  clear(): void
  close(): void
}

/** Throws `spool_busy`. `target` is the address of the server. */
export function openLedger(folder: string, target: string): Ledger {
  const db = new DatabaseSync(join(folder, 'sent.db'), { timeout: 0 })
  try {
    // Exclusive: taken with the first write and kept until the process ends, however it ends.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL')
    db.exec(`CREATE TABLE IF NOT EXISTS sent (target TEXT, kind TEXT, id TEXT, state TEXT NOT NULL,
      PRIMARY KEY (target, kind, id)) WITHOUT ROWID; BEGIN IMMEDIATE; COMMIT`)
  } catch (error) {
    db.close()
    throw isSqliteBusy(error) ? ledgerErrors.spool_busy({ folder }, { cause: error }) : error
  }
  const select = db.prepare('SELECT state FROM sent WHERE target = ? AND kind = ? AND id = ?')
  const replace = db.prepare('INSERT OR REPLACE INTO sent (target, kind, id, state) VALUES (?, ?, ?, ?)')
  return {
    read: <State>(kind: Kind, id: string) => {
      const row = select.get(target, kind, id)
      return row === undefined ? undefined : (JSON.parse(String(row.state)) as State)
    },
    write: (kind, id, state) => void replace.run(target, kind, id, JSON.stringify(state)),
    clear: () => void db.prepare('DELETE FROM sent WHERE target = ?').run(target),
    close: () => db.close(),
  }
}
