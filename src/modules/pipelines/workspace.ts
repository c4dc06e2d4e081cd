/** The folder of one attempt: code, inputs, places for outputs, and `step.json`, which tells the program about them. */
import { chmod, copyFile, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import type { SourceFile } from '../../kernel/source.ts'
import type { PipelineContext } from './context.ts'
import type { StepFile, StepInput, StepOutput } from './model.ts'
import { findStep } from './step-store.ts'

export interface Workspace {
  readonly folder: string
  /** Working directory of the command: the code as it was applied. */
  readonly codeDir: string
  readonly inputsDir: string
  readonly outputsDir: string
  readonly temporaryDir: string
  readonly logPath: string
  readonly stepPath: string
  readonly resultPath: string
}

export async function stepFolder(ctx: PipelineContext, stepRunId: string): Promise<string> {
  return join(await ctx.platform.workDir('pipelines'), stepRunId)
}

export async function workspaceOf(ctx: PipelineContext, stepRunId: string, attempt: number): Promise<Workspace> {
  const folder = join(await stepFolder(ctx, stepRunId), String(attempt))
  return {
    folder,
    codeDir: join(folder, 'code'),
    inputsDir: join(folder, 'inputs'),
    outputsDir: join(folder, 'outputs'),
    temporaryDir: join(folder, 'tmp'),
    logPath: join(folder, 'log.txt'),
    stepPath: join(folder, 'step.json'),
    resultPath: join(folder, 'result.json'),
  }
}

/** Makes the folders anew: whatever an attempt of the same number left is removed, so nothing of it can be taken for ours. */
export async function openWorkspace(workspace: Workspace, outputs: readonly string[]): Promise<void> {
  await rm(workspace.folder, { recursive: true, force: true })
  const folders = [workspace.codeDir, workspace.inputsDir, workspace.temporaryDir]
  for (const folder of [...folders, ...outputs.map((name) => join(workspace.outputsDir, name))]) {
    await mkdir(folder, { recursive: true })
  }
}

/** Copies the code, so that a step may write beside it without touching what is stored. */
export async function writeCode(ctx: PipelineContext, codeDir: string, files: readonly SourceFile[]): Promise<void> {
  for (const file of files) {
    const path = inside(codeDir, file.path)
    await mkdir(dirname(path), { recursive: true })
    await copyFile(await ctx.platform.blobs.localPath(file.digest), path)
    await chmod(path, file.executable === true ? 0o755 : 0o644)
  }
}

/** An input as `step.json` shows it. */
export interface PlacedInput {
  readonly kind: StepInput['kind']
  readonly ref: string
  readonly versionId?: string | undefined
  readonly dir?: string
  readonly files: readonly { readonly path: string; readonly localPath: string }[]
}

/** Links every file of an input under its own name; the bytes stay where they are. A missing optional input has no folder. */
export async function placeInput(ctx: PipelineContext, inputsDir: string, input: StepInput): Promise<PlacedInput> {
  const { kind, ref, versionId } = input
  if (input.isMissing === true) return { kind, ref, files: [] }
  const dir = join(inputsDir, input.name)
  await mkdir(dir, { recursive: true })
  const files: { path: string; localPath: string }[] = []
  for (const file of await filesOf(ctx, input)) {
    const localPath = inside(dir, file.path)
    await mkdir(dirname(localPath), { recursive: true })
    await symlink(await ctx.platform.blobs.localPath(file.digest), localPath)
    files.push({ path: file.path, localPath })
  }
  return { kind, ref, versionId, dir, files }
}

async function filesOf(ctx: PipelineContext, input: StepInput): Promise<readonly StepFile[]> {
  const { kind, versionId } = input
  // What a step of a reproduction wrote was never published: then it is read where plain files are.
  if (kind === 'dataset' && versionId !== undefined) return (await ctx.datasets.getVersion(versionId)).files
  if (kind === 'model' && versionId !== undefined) return (await ctx.registry.resolve(versionId)).files
  const source = await findStep(ctx.db.read, input.stepRunId ?? '')
  const outputs: StepOutput[] = JSON.parse(source?.outputs ?? '[]')
  const name = input.ref.replace(/\?$/, '').split('.').slice(1).join('.')
  return outputs.find((output) => output.name === name)?.files ?? []
}

/** Joins a path from outside to a folder; the doors have checked it, this makes sure. */
function inside(folder: string, path: string): string {
  const full = resolve(folder, path)
  if (!full.startsWith(folder + sep)) throw new Error(`the path ${path} leads out of its folder`)
  return full
}

/**
 * A package.json above all attempts: scripts are modules unless their own code says otherwise, and none is taken for a part
 * of whatever package the data directory happens to lie in.
 */
export async function prepareFolder(ctx: PipelineContext): Promise<void> {
  const folder = await ctx.platform.workDir('pipelines')
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
}

/** Folders of step runs, to be cleaned up. */
export async function listStepFolders(ctx: PipelineContext): Promise<string[]> {
  const names = await readdir(await ctx.platform.workDir('pipelines'))
  return names.filter((name) => name.startsWith('str_'))
}
