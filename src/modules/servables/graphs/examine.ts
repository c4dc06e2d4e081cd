import type { GraphFunction } from '../../../platform/inference/index.ts'
import {
  checkGraph,
  type GraphDefinition,
  graphFile,
  inspectFunctions,
  type LoadedFile,
  type NodeSpecs,
  parseGraph,
} from '../../../platform/runtimes/index.ts'
import type { ServableContext } from '../context.ts'
import type { PackageFile } from '../stored-model.ts'
import { ensureGraphFolder } from './graph-folder.ts'

/** What graph.yaml says, or what is wrong with its form. */
export async function readDefinition(
  { platform }: Pick<ServableContext, 'platform'>,
  files: readonly PackageFile[],
): Promise<{ readonly definition?: GraphDefinition; readonly problems: readonly string[] }> {
  const file = files.find(({ path }) => path === graphFile)
  if (file === undefined)
    return { problems: [`there is no ${graphFile} among its files (${files.map(({ path }) => path).join(', ')})`] }
  return parseGraph((await platform.blobs.bytes(file.digest)).toString())
}

export interface Examined {
  readonly problems: readonly string[]
  /** By name of the node. */
  readonly functions: ReadonlyMap<string, GraphFunction>
  readonly inputs: NodeSpecs['inputs']
  readonly outputs: NodeSpecs['outputs']
}

/** Loads the functions in a process of their own and checks every edge; `models`: what the models of the graph take and give. */
export async function examine(
  env: ServableContext,
  definition: GraphDefinition,
  given: { readonly files: readonly PackageFile[]; readonly models: ReadonlyMap<string, NodeSpecs> },
): Promise<Examined> {
  const wanted = definition.nodes.flatMap(({ name, runs }) =>
    'function' in runs ? [{ name, file: runs.function }] : [],
  )
  const isThere = (file: string) => given.files.some(({ path }) => path === file)
  const problems = wanted
    .filter(({ file }) => !isThere(file))
    .map(({ name, file }) => `nodes.${name}.function: there is no file ${file}`)
  const loaded = await load(env, given.files, [...new Set(wanted.map(({ file }) => file).filter(isThere))])
  const functions = new Map<string, GraphFunction>()
  for (const { name, file } of wanted) {
    const found = 'problem' in loaded ? undefined : loaded.files.get(file)
    if (found === undefined) continue
    if ('problems' in found)
      problems.push(...found.problems.map((problem) => `nodes.${name}.function: ${file} ${problem}`))
    else functions.set(name, { function: file, ...found })
  }
  if ('problem' in loaded) problems.push(loaded.problem)
  const checked = checkGraph(definition, new Map<string, NodeSpecs>([...given.models, ...functions]))
  return { ...checked, functions, problems: [...problems, ...checked.problems] }
}

type Loaded = { readonly files: ReadonlyMap<string, LoadedFile> } | { readonly problem: string }

async function load(env: ServableContext, files: readonly PackageFile[], wanted: readonly string[]): Promise<Loaded> {
  const { platform, functions: limits } = env
  const path = await ensureGraphFolder(env, files)
  const folder = await platform.workDir('serving')
  try {
    const inspected = { path, files: wanted, limits }
    return { files: await inspectFunctions(inspected, { processes: platform.processes, folder }) }
  } catch (error) {
    return { problem: `the process that loads ${wanted.join(', ')} ended: ${(error as Error).message}` }
  }
}
