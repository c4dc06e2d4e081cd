/** Beside the command of a step: what it runs with and from, as files of its tracking run. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  describeMachine,
  findInterpreter,
  type Interpreter,
  parseProbe,
  probeArguments,
  provenancePaths,
} from '../../platform/provenance/index.ts'
import type { PipelineContext } from './context.ts'
import { sourceFiles } from './definition-store.ts'
import type { Attempt } from './task.ts'
import type { Workspace } from './workspace.ts'

interface Started {
  readonly workspace: Workspace
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

const probeTimeoutMs = 20_000
const lockFile =
  /^(requirements.*\.(txt|in)|(uv|poetry|pixi|conda-lock)\.(lock|yml)|Pipfile\.lock|environment\.ya?ml|package-lock\.json|pnpm-lock\.yaml|yarn\.lock)$/

/** Runs at the same time as the command and never makes the step fail. */
export async function recordProvenance(ctx: PipelineContext, task: Attempt, started: Started): Promise<void> {
  const { runId } = task.row
  const { changes } = task.version
  try {
    if (changes !== undefined) {
      await ctx.tracking.storeArtifact(runId, provenancePaths.changes, changes.digest, changes.sizeBytes)
    }
    const text = `${JSON.stringify(await describe(ctx, task, started), null, 2)}\n`
    const { digest, sizeBytes } = await ctx.platform.blobs.write(text)
    await ctx.tracking.storeArtifact(runId, provenancePaths.environment, digest, sizeBytes)
  } catch (error) {
    if (started.signal.aborted) return
    const problem = error instanceof Error ? error.message : String(error)
    ctx.platform.log.warn('pipelines.provenance.failed', { stepRunId: task.row.id, problem })
  }
}

async function describe(ctx: PipelineContext, task: Attempt, started: Started) {
  const files = await sourceFiles(ctx.db.read, task.version.sourceDigest)
  return {
    machine: await describeMachine(),
    interpreter: await probe(ctx, task, started),
    // Their bytes are in the snapshot; the digests tell two environments apart at a glance.
    lockFiles: Object.fromEntries(
      files.filter((file) => lockFile.test(basename(file.path))).map((file) => [file.path, file.digest]),
    ),
  }
}

/** The interpreter that the command names, in the environment and folder of the command. */
async function probe(ctx: PipelineContext, task: Attempt, started: Started): Promise<Interpreter | undefined> {
  const command = findInterpreter(task.definition.run)
  if (command === undefined) return undefined
  const logPath = join(started.workspace.folder, 'interpreter.txt')
  // Nothing of it may log into the run or read what the step was given.
  const { SLIPWAY_STEP: _, ...env } = started.env
  const child = await ctx.platform.processes.start(
    { command, args: probeArguments, cwd: started.workspace.codeDir, env, logPath, timeoutMs: probeTimeoutMs },
    started.signal,
  )
  await child.exited
  return parseProbe(await readFile(logPath, 'utf8'))
}
