/** What two runs of a step were made with, compared: the reason when another model comes out. */
import { readFile } from 'node:fs/promises'
import { provenancePaths } from '../../platform/provenance/index.ts'
import type { PipelineContext } from './context.ts'
import type { EnvironmentChange } from './reproduction.ts'

/** Empty when one of the two is not on record: nothing is known to differ. */
export async function compareEnvironments(
  ctx: PipelineContext,
  before: string,
  after: string,
): Promise<EnvironmentChange[]> {
  const [old, now] = await Promise.all([readEnvironment(ctx, before), readEnvironment(ctx, after)])
  if (old === undefined || now === undefined) return []
  const names = [...new Set([...old.keys(), ...now.keys()])].sort()
  return names
    .filter((name) => old.get(name) !== now.get(name))
    .map((name) => ({ name, before: old.get(name), after: now.get(name) }))
}

/** The record as one list of names and texts: `machine.processor`, `interpreter.version`, `package numpy`. */
async function readEnvironment(ctx: PipelineContext, runId: string): Promise<Map<string, string> | undefined> {
  try {
    const { digest } = await ctx.tracking.getArtifact(runId, provenancePaths.environment)
    const record = JSON.parse(await readFile(await ctx.platform.blobs.localPath(digest), 'utf8'))
    const { packages = {}, ...interpreter } = record.interpreter ?? {}
    return new Map([
      ...flat('machine.', record.machine ?? {}),
      ...flat('interpreter.', interpreter),
      ...flat('package ', packages),
    ])
  } catch {
    // The tracking run was erased, or nothing was recorded.
    return undefined
  }
}

function flat(prefix: string, values: object): [string, string][] {
  return Object.entries(values).map(([name, value]) => [prefix + name, String(value)])
}
