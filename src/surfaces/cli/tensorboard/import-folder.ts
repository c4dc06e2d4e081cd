import { sleep } from '../../../kernel/retry.ts'
import type { Transport } from '../../../sdk/index.ts'
import type { Terminal } from '../terminal.ts'
import { findEventFolders } from './find-folders.ts'
import { type ImportedRun, openRun, type RunImporter } from './run-importer.ts'
import { importServer } from './server.ts'

export interface ImportOptions {
  readonly folder: string
  readonly experiment: string
  /** Stay, and import what is written meanwhile, until the signal. */
  readonly isFollowing: boolean
  readonly signal: AbortSignal
  readonly terminal: Terminal
  readonly isJson: boolean
}

/** Between the moment a writer flushes and the moment a chart shows it. */
const pollMs = 200
const attempts = 5
const lastCallsMs = 10_000

/** Every folder below with event files becomes a run. Run again it goes on where it was. Resolves with the exit code. */
export async function importFolder(transport: Transport, options: ImportOptions): Promise<number> {
  const { isFollowing, signal, terminal } = options
  // A training that runs for days must not lose its import to a server that is restarted.
  const ask = importServer(transport, { signal, attempts: isFollowing ? Number.POSITIVE_INFINITY : attempts })
  const experiment = await ask.ensureExperiment(options.experiment)
  const importers = new Map<string, RunImporter>()
  const pass = async () => {
    for (const found of await findEventFolders(options.folder)) {
      const parentRunId = found.parent === undefined ? undefined : importers.get(found.parent)?.run.runId
      const open = { experimentId: experiment.id, ...(parentRunId === undefined ? {} : { parentRunId }) }
      const importer = importers.get(found.path) ?? (await openRun(ask, found, open))
      if (importer === undefined) continue
      importers.set(found.path, importer)
      const isNew = await importer.readNew(found.files)
      if (isNew && isFollowing && terminal.isInteractive) terminal.note(`\r\u001b[K${progress(importers)}`)
      if (!isFollowing) await importer.finish(ask)
    }
  }
  try {
    await pass()
    while (isFollowing) {
      await sleep(pollMs, signal)
      await pass()
    }
  } catch (error) {
    if (!isFollowing || !signal.aborted) throw error
    // The signal has ended every call that knows it.
    const last = importServer(transport, { signal: AbortSignal.timeout(lastCallsMs), attempts: 1 })
    for (const importer of importers.values()) await importer.finish(last)
  }
  return report(
    options,
    [...importers.values()].map((importer) => importer.run),
  )
}

function progress(importers: ReadonlyMap<string, RunImporter>): string {
  const points = [...importers.values()].reduce((sum, importer) => sum + importer.run.pointCount, 0)
  return `${importers.size} runs, ${points} points`
}

/** 1 when a file was damaged or something was refused; what could be imported is. */
function report({ terminal, isJson, folder }: ImportOptions, runs: readonly ImportedRun[]): number {
  const problems = runs.flatMap((run) => run.problems)
  if (isJson) terminal.write(`${JSON.stringify({ runs }, null, 2)}\n`)
  else if (runs.length === 0) terminal.note(`There are no event files below ${folder}.\n`)
  else {
    for (const { runId, name, pointCount, fileCount } of runs) {
      terminal.write(`${runId}  ${name}  ${pointCount} points${fileCount === 0 ? '' : `, ${fileCount} files`}\n`)
    }
    for (const problem of problems) terminal.note(`${problem}\n`)
  }
  return problems.length > 0 ? 1 : 0
}
