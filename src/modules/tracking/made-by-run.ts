import type { MadeByRun } from '../../platform/auth/index.ts'
import type { TrackingContext } from './context.ts'
import { findModelRow } from './logged-models/logged-model-store.ts'
import { findRunRow } from './runs/run-store.ts'
import { findTraceRow, listTraceRuns } from './traces/trace-store.ts'

/** Deeper than anyone nests; a chain of parents that leads back to itself ends too. */
const deepest = 20

/** What a run made: the runs nested in it at any depth, and the traces and logged models of all of these. A trace that is not there yet is anybody's to begin. */
export function createMadeByRun({ db }: Pick<TrackingContext, 'db'>): MadeByRun {
  async function isWithin(id: string | null | undefined, runId: string): Promise<boolean> {
    let current = id ?? undefined
    for (let depth = 0; depth < deepest && current !== undefined; depth += 1) {
      if (current === runId) return true
      current = (await findRunRow(db.read, current))?.parentRunId ?? undefined
    }
    return false
  }
  return async (kind, id, runId) => {
    if (kind === 'run') return isWithin(id, runId)
    if (kind === 'loggedModel') return isWithin((await findModelRow(db.read, id))?.sourceRunId, runId)
    if ((await findTraceRow(db.read, id)) === undefined) return true
    for (const traced of await listTraceRuns(db.read, id)) if (await isWithin(traced, runId)) return true
    return false
  }
}
