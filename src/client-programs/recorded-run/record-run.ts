import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AnyDialect } from '../../kernel/module.ts'
import type { Platform } from '../../platform/platform.ts'
import {
  describeMachine,
  findInterpreter,
  type Interpreter,
  parseProbe,
  probeArguments,
  provenancePaths,
  readGitChanges,
  readGitState,
} from '../../platform/provenance/index.ts'
import type { Transport } from '../../sdk/index.ts'
import type { Terminal } from '../../surfaces/cli/index.ts'
import { type ChildEnd, runChild } from './run-child.ts'
import { openRecord, type RunRecord } from './run-record.ts'

export interface RecordOptions {
  readonly command: readonly string[]
  readonly experiment: string
  readonly name?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly url: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly dialects: readonly AnyDialect<Platform>[]
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

const probeTimeoutMs = 20_000
const folderNow = '.'

/** Runs the command as a run. Resolves with its exit code, also when the server goes away while it works. */
export async function recordRun(transport: Transport, options: RecordOptions): Promise<number> {
  const { command, experiment, name, tags, terminal } = options
  const git = await readGitState(folderNow)
  const record = await openRecord(transport, {
    experiment,
    ...(name === undefined ? {} : { name }),
    ...(tags === undefined ? {} : { tags }),
    source: {
      type: 'command',
      name: command.join(' ').slice(0, 500),
      ...(git === undefined ? {} : { commit: git.commit, dirty: git.dirty }),
    },
  })
  terminal.note(`Run ${record.run.id} (${record.run.name}) in ${record.experiment.name}\n`)
  const folder = await mkdtemp(join(tmpdir(), 'slipway-run-'))
  try {
    const logPath = join(folder, 'output.txt')
    const env = childEnvironment(options, record)
    // At the same time: a command must not wait for its record.
    const provenance = noting(terminal, () => keepProvenance(record, { command, env, isDirty: git?.dirty === true }))
    const end = await runChild({ ...options, ...terminal, env, logPath }).catch((error: Error): ChildEnd => {
      terminal.note(`${command[0]} cannot be run: ${error.message}\n`)
      return { code: 127, isKilled: false }
    })
    await provenance
    await noting(terminal, async () => {
      const output = await readFile(logPath)
      if (output.length > 0) await record.store('logs/output.txt', output)
      await record.finish(end.isKilled ? 'KILLED' : end.code === 0 ? 'FINISHED' : 'FAILED')
    })
    return end.code
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The user's own environment, and where each protocol's client finds the server and the run. */
function childEnvironment({ environment, url, dialects }: RecordOptions, { run, experiment }: RunRecord) {
  const token = environment.SLIPWAY_TOKEN ?? ''
  const foreign = dialects.map((dialect) => dialect.childEnvironment?.({ url, token, runId: run.id, experiment }))
  // Its output is a pipe now: a Python that holds it back for minutes would look dead.
  return Object.assign({ PYTHONUNBUFFERED: '1', ...environment, SLIPWAY_URL: url }, ...foreign)
}

interface Started {
  readonly command: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly isDirty: boolean
}

async function keepProvenance(record: RunRecord, { command, env, isDirty }: Started): Promise<void> {
  const changes = isDirty ? await readGitChanges(folderNow) : undefined
  if (changes !== undefined) await record.store(provenancePaths.changes, changes)
  const [machine, interpreter] = await Promise.all([describeMachine(), probe(command, env)])
  await record.store(provenancePaths.environment, `${JSON.stringify({ machine, interpreter }, null, 2)}\n`)
}

async function probe(command: readonly string[], env: Started['env']): Promise<Interpreter | undefined> {
  const python = findInterpreter(command)
  if (python === undefined) return undefined
  try {
    const { stdout } = await promisify(execFile)(python, probeArguments, { env, timeout: probeTimeoutMs })
    return parseProbe(stdout)
  } catch {
    return undefined
  }
}

/** What goes wrong with the record is told, and never becomes the command's failure. */
async function noting(terminal: Terminal, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    terminal.note(`slipway: the run is not completely recorded: ${error instanceof Error ? error.message : error}\n`)
  }
}
