import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Spans since the workers began. */
export interface TraceCounts {
  readonly sentCount: number
  readonly droppedCount: number
}

/** What workers sent and dropped, one small file each beside their counters, so that whoever is asked knows of all. */
export function traceCountsFile(worker: number): string {
  return `traces-${worker}.json`
}

/** Undefined when nothing is traced. */
export async function readTraceCounts(folder: string): Promise<TraceCounts | undefined> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^traces-\d+\.json$/.test(name))
  if (names.length === 0) return undefined
  const counts = await Promise.all(names.map((name) => readOne(join(folder, name))))
  return {
    sentCount: counts.reduce((sum, each) => sum + each.sentCount, 0),
    droppedCount: counts.reduce((sum, each) => sum + each.droppedCount, 0),
  }
}

async function readOne(path: string): Promise<TraceCounts> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as TraceCounts
  } catch {
    // It is being written, or was never.
    return { sentCount: 0, droppedCount: 0 }
  }
}
