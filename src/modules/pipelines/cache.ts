/** The content cache: what decides whether a step must run, and what changed when it must. */
import { canonicalJson } from '../../kernel/json.ts'
import { sha256 } from './apply.ts'
import type { PipelineContext } from './context.ts'
import type { Parameters, StepDefinition } from './definition.ts'
import { sourceFiles } from './definition-store.ts'
import type { CacheVerdict, PipelineVersion, StepInput, StepOutput } from './model.ts'
import { findCached, latestCached } from './step-store.ts'
import type { StepRunRow } from './tables.ts'

/** Everything a step's outputs may depend on. Equal parts, equal outputs: that is the promise a cached step makes. */
export interface CacheParts {
  /** Digest of the whole code snapshot. */
  readonly code: string
  readonly command: StepDefinition['run']
  readonly env: Readonly<Record<string, string>>
  readonly parameters: Parameters
  /** Digest of the content by input name; null for an optional one that is missing. */
  readonly inputs: Readonly<Record<string, string | null>>
  readonly outputs: Readonly<Record<string, string>>
  /** Where it runs: another kind of environment may give other bytes. */
  readonly environment: string
}

export function cacheParts(
  version: PipelineVersion,
  step: StepDefinition,
  given: { readonly parameters: Parameters; readonly inputs: readonly StepInput[] },
): CacheParts {
  return {
    code: version.sourceDigest ?? 'none',
    command: step.run,
    env: step.env,
    parameters: given.parameters,
    inputs: Object.fromEntries(given.inputs.map((input) => [input.name, input.digest ?? null])),
    outputs: step.outputs,
    environment: 'local',
  }
}

export function cacheKey(parts: CacheParts): string {
  return sha256(canonicalJson(parts))
}

export interface CacheAnswer {
  readonly verdict: CacheVerdict
  /** The step run whose outputs stand, on a hit. */
  readonly source: StepRunRow | undefined
}

export async function lookUp(
  ctx: PipelineContext,
  version: PipelineVersion,
  asked: { readonly step: StepDefinition; readonly parts: CacheParts; readonly useCache: boolean },
): Promise<CacheAnswer> {
  const { step, parts } = asked
  const miss = (reason: string): CacheAnswer => ({ verdict: { isHit: false, reason }, source: undefined })
  if (!asked.useCache) return miss('the run was started without the cache')
  if (!step.cache) return miss('the step says cache: false')
  const found = await findCached(ctx.db.read, cacheKey(parts))
  if (found === undefined) return miss(await explainMiss(ctx, version, step.name, parts))
  const gone = await missingOutput(ctx, JSON.parse(found.outputs))
  if (gone !== undefined) return miss(`its output ${gone} was deleted since ${found.id} made it`)
  const reason = `code, command, parameters and inputs are those of ${found.id}`
  return { verdict: { isHit: true, reason, stepRunId: found.id }, source: found }
}

/** A hit is only worth something while its outputs are there; name of the first one that is not. */
async function missingOutput(ctx: PipelineContext, outputs: readonly StepOutput[]): Promise<string | undefined> {
  for (const output of outputs) {
    if (!(await isThere(ctx, output))) return output.label ?? output.name
  }
  return undefined
}

async function isThere(ctx: PipelineContext, output: StepOutput): Promise<boolean> {
  const { kind, versionId = '' } = output
  if (kind === 'dataset') return (await ctx.datasets.findVersion(versionId).catch(() => undefined)) !== undefined
  if (kind === 'model') return (await ctx.registry.findVersion(versionId)) !== undefined
  for (const file of output.files) if ((await ctx.platform.blobs.find(file.digest)) === undefined) return false
  return true
}

async function explainMiss(
  ctx: PipelineContext,
  version: PipelineVersion,
  step: string,
  parts: CacheParts,
): Promise<string> {
  const latest = await latestCached(ctx.db.read, version.pipelineId, step)
  if (latest?.cacheParts == null) return 'it has not succeeded before'
  const before: CacheParts = JSON.parse(latest.cacheParts)
  if (before.code !== parts.code) return changedCode(ctx, before.code, parts.code)
  return firstDifference(before, parts)
}

async function changedCode(ctx: PipelineContext, before: string, after: string): Promise<string> {
  if (before === 'none' || after === 'none') return 'the code changed'
  const [old, now] = await Promise.all([sourceFiles(ctx.db.read, before), sourceFiles(ctx.db.read, after)])
  const known = new Map(old.map((file) => [file.path, file.digest]))
  const changed = now.find((file) => known.get(file.path) !== file.digest)
  if (changed !== undefined)
    return `the code changed: ${changed.path} is ${known.has(changed.path) ? 'different' : 'new'}`
  const paths = new Set(now.map((file) => file.path))
  const removed = old.find((file) => !paths.has(file.path))
  return `the code changed${removed === undefined ? '' : `: ${removed.path} is gone`}`
}

/** The first part that differs, in words. Pure. */
export function firstDifference(before: CacheParts, after: CacheParts): string {
  if (canonicalJson(before.command) !== canonicalJson(after.command)) return 'its command changed'
  const named = [
    ['the variable', before.env, after.env],
    ['the parameter', before.parameters, after.parameters],
    ['the input', before.inputs, after.inputs],
    ['the output', before.outputs, after.outputs],
  ] as const
  for (const [noun, old, now] of named) {
    const name = firstChange(old, now)
    if (name === undefined) continue
    const values = noun === 'the parameter' ? `: ${show(old, name)} to ${show(now, name)}` : ''
    return `${noun} ${name} changed${values}`
  }
  if (before.environment !== after.environment) return `the environment changed to ${after.environment}`
  return 'a later result replaced the one it had'
}

function firstChange(old: object, now: object): string | undefined {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort()
  return names.find((name) => show(old, name) !== show(now, name))
}

function show(values: object, name: string): string {
  return canonicalJson((values as Record<string, unknown>)[name] ?? null)
}
