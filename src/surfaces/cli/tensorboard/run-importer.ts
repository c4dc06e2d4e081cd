/** One folder of event files into one run, from where an earlier import has stopped. */
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isSlipwayError } from '../../../sdk/index.ts'
import { type Entry, entriesOf, keyOf, type Point, timestampOf } from './entries.ts'
import { readEvent, type TrainingEvent } from './event.ts'
import type { EventFolder } from './find-folders.ts'
import { DamagedFile, readRecords } from './record-file.ts'
import type { ImportServer } from './server.ts'

/** A batch takes at most 10,000 points, and an event a few; smaller ones reach a live chart sooner. */
const pointsPerBatch = 5_000

export interface ImportedRun {
  readonly runId: string
  readonly path: string
  readonly name: string
  pointCount: number
  fileCount: number
  readonly problems: string[]
}

export interface RunImporter {
  readonly run: ImportedRun
  /** Imports what its files hold by now; true when there was anything new. */
  readNew(files: readonly string[]): Promise<boolean>
  finish(server: ImportServer): Promise<void>
}

interface Pending {
  points: Point[]
  files: (Entry & { kind: 'file' })[]
  params: Record<string, string>
}

interface OpenFolder {
  readonly experimentId: string
  readonly parentRunId?: string
}

/** Undefined while no file of the folder has a whole event. */
export async function openRun(
  server: ImportServer,
  from: EventFolder,
  open: OpenFolder,
): Promise<RunImporter | undefined> {
  const [first = ''] = from.files
  const begin = await firstEvent(join(from.folder, first)).catch(() => undefined)
  if (begin === undefined) return undefined
  const made = await server.ensureRun({
    ...open,
    id: runIdOf(open.experimentId, from, first),
    name: from.name,
    startedAt: timestampOf(begin),
    source: { type: 'tensorboard', name: from.folder },
  })
  const run: ImportedRun = {
    runId: made.id,
    path: from.path,
    name: from.name,
    pointCount: 0,
    fileCount: 0,
    problems: [],
  }
  return createImporter(server, { run, folder: from.folder, tags: made.tags, isOver: made.status !== 'RUNNING' })
}

/**
 * The same folder is the same run wherever it lies: the name of its first file holds the time, the host and the process
 * that began it.
 */
function runIdOf(experimentId: string, { folder }: EventFolder, firstFile: string): string {
  const text = JSON.stringify([experimentId, basename(folder), firstFile])
  return `run_${createHash('sha256').update(text).digest('hex').slice(0, 26)}`
}

async function firstEvent(path: string): Promise<TrainingEvent | undefined> {
  for await (const { data } of readRecords(path, 0)) return readEvent(data)
  return undefined
}

async function lastWrite(folder: string, files: readonly string[]): Promise<number> {
  const stats = await Promise.all(files.map((file) => stat(join(folder, file))))
  return Math.round(Math.max(...stats.map((one) => one.mtimeMs)))
}

const positionTag = (file: string) => keyOf(`tensorboard/${file}`)

interface Opened {
  readonly run: ImportedRun
  readonly folder: string
  readonly tags: Readonly<Record<string, string>>
  readonly isOver: boolean
}

function createImporter(server: ImportServer, opened: Opened): RunImporter {
  const { run, folder, tags } = opened
  const plugins = new Map<string, string>()
  const positions = new Map<string, number>()
  const damaged = new Set<string>()
  let pending: Pending = { points: [], files: [], params: {} }
  let { isOver } = opened
  let endedAt = 0
  let end: 'FINISHED' | 'FAILED' | undefined

  /** The position goes with the points, all or none: so an import that is killed goes on where it was. */
  async function flush(file: string, position: number): Promise<void> {
    const { points, files, params } = pending
    if (isOver) await server.resume(run.runId)
    isOver = false
    for (const { path, bytes } of files) await noting(() => server.storeFile(run.runId, path, bytes))
    if (Object.keys(params).length > 0) await noting(() => server.log(run.runId, { params }))
    await server.log(run.runId, { metrics: points, tags: { [positionTag(file)]: String(position) } })
    run.pointCount += points.length
    run.fileCount += files.length
    positions.set(file, position)
    pending = { points: [], files: [], params: {} }
  }

  /** What the server refuses for good, such as a parameter that changed, is told and left out. */
  async function noting(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!isSlipwayError(error) || error.status < 400 || error.status >= 500) throw error
      run.problems.push(error.message)
    }
  }

  function take(entry: Entry): void {
    if (entry.kind === 'point') pending.points.push(entry.point)
    else if (entry.kind === 'file') pending.files.push(entry)
    else if (entry.kind === 'params') Object.assign(pending.params, entry.params)
    else end = entry.status
  }

  async function readFile(file: string): Promise<boolean> {
    const path = join(folder, file)
    const start = positions.get(file) ?? Number(tags[positionTag(file)] ?? 0)
    positions.set(file, start)
    if (damaged.has(file) || (await stat(path)).size <= start) return false
    let position = start
    try {
      for await (const { data, end: next } of readRecords(path, start)) {
        const event = readEvent(data)
        endedAt = Math.max(endedAt, timestampOf(event))
        for (const entry of entriesOf(event, plugins)) take(entry)
        position = next
        if (pending.points.length >= pointsPerBatch) await flush(file, position)
      }
    } catch (error) {
      if (!(error instanceof DamagedFile)) throw error
      damaged.add(file)
      run.problems.push(error.message)
    }
    if (position > (positions.get(file) ?? 0)) await flush(file, position)
    return position > start
  }

  return {
    run,
    readNew: async (files) => {
      let isNew = false
      for (const file of files) isNew = (await readFile(file)) || isNew
      return isNew
    },
    finish: async (by) => {
      if (isOver) return
      // Nothing was read when an earlier import was cut off between its last batch and the end.
      await by.finish(
        run.runId,
        end ?? 'FINISHED',
        endedAt === 0 ? await lastWrite(folder, [...positions.keys()]) : endedAt,
      )
      isOver = true
    },
  }
}
