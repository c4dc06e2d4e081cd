/** What a command left behind: its outputs as blobs, its result as data. Everything wrong with them is the step's failure. */
import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { z } from 'zod'
import type { PipelineContext } from './context.ts'
import type { StepFile } from './model.ts'
import type { Workspace } from './workspace.ts'

const Point = z.strictObject({ step: z.number().int(), value: z.number() })

/** `result.json`, all parts optional. */
export const StepResult = z.strictObject({
  metrics: z.record(z.string(), z.union([z.number(), z.array(Point)])).default({}),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  tags: z.record(z.string(), z.string()).default({}),
  modelFormat: z.string().optional(),
  modelSignature: z.json().optional(),
})
export type StepResult = z.output<typeof StepResult>

/** Kept with the attempt once all bytes are stored: from then on the step is recorded from it and never run again. */
export interface Collected {
  readonly outputs: Readonly<Record<string, readonly StepFile[]>>
  readonly result: StepResult
}

/** The step did something wrong: its message goes to the person who wrote it. */
export class StepProblem extends Error {
  override readonly name = 'StepProblem'
}

const largestResultBytes = 16 * 1024 ** 2
const parallelFiles = 4

export async function collect(
  ctx: PipelineContext,
  workspace: Workspace,
  outputs: readonly string[],
): Promise<Collected> {
  const result = await readResult(workspace.resultPath)
  const stored: Record<string, StepFile[]> = {}
  for (const name of outputs) {
    const dir = join(workspace.outputsDir, name)
    const paths = await listFiles(name, dir)
    if (paths.length === 0) {
      throw new StepProblem(`it ended well but wrote nothing to its output ${name}; it should write files into ${dir}`)
    }
    stored[name] = await storeFiles(ctx, dir, paths)
  }
  return { outputs: stored, result }
}

async function readResult(path: string): Promise<StepResult> {
  const stat = await lstat(path).catch(() => undefined)
  if (stat === undefined) return StepResult.parse({})
  if (!stat.isFile() || stat.size > largestResultBytes) {
    throw new StepProblem(`its result.json is not a file of at most ${largestResultBytes} bytes`)
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new StepProblem(`its result.json is not JSON: ${error instanceof Error ? error.message : error}`)
  }
  const result = StepResult.safeParse(parsed)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
  throw new StepProblem(`its result.json is not as it should be: ${problems}`)
}

/** Paths below `dir` of all regular files, in order. A link may point to a file within the output and nowhere else. */
async function listFiles(output: string, dir: string): Promise<string[]> {
  const root = await realpath(dir).catch(() => undefined)
  if (root === undefined) return []
  const paths: string[] = []
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name)
    const path = relative(root, full).replaceAll(sep, '/')
    if (entry.isFile()) paths.push(path)
    else if (entry.isSymbolicLink()) {
      await checkLink({ output, root, full, path })
      paths.push(path)
    } else if (!entry.isDirectory()) {
      throw new StepProblem(`its output ${output} holds ${path}, which is not a file (a pipe, a socket or a device)`)
    }
  }
  return paths.sort()
}

async function checkLink(link: { output: string; root: string; full: string; path: string }): Promise<void> {
  const { output, root, path } = link
  const target = await realpath(link.full).catch(() => undefined)
  if (target === undefined) throw new StepProblem(`its output ${output} holds a link, ${path}, that leads nowhere`)
  if (!target.startsWith(root + sep)) {
    throw new StepProblem(`its output ${output} holds a link, ${path}, that points out of the folder, to ${target}`)
  }
  if (!(await lstat(target)).isFile()) {
    throw new StepProblem(`its output ${output} holds a link, ${path}, to a folder; only links to files are stored`)
  }
}

async function storeFiles(ctx: PipelineContext, dir: string, paths: readonly string[]): Promise<StepFile[]> {
  const files: StepFile[] = []
  for (let i = 0; i < paths.length; i += parallelFiles) {
    const batch = paths.slice(i, i + parallelFiles).map(async (path) => {
      const { digest, sizeBytes } = await ctx.platform.blobs.write(createReadStream(join(dir, path)))
      return { path, digest, sizeBytes }
    })
    files.push(...(await Promise.all(batch)))
  }
  return files
}
