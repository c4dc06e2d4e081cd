import { readFileSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Tensor } from '../../inference/index.ts'
import { type FunctionSpecs, type LoadedFile, readDeclaration } from './declaration.ts'
import { toOutputTensors } from './result.ts'

/** What a function is called with beside its inputs: the files that were registered with it. Each is read once. */
export interface FunctionContext {
  /** Path of the folder. */
  readonly folder: string
  /** Content of a file, by its path in the version. Throws when there is none. */
  read(path: string): Uint8Array
  readText(path: string): string
  readJson(path: string): unknown
  /** Ends the call: the request is at fault, not the function. */
  refuse(problem: string): never
}

/** What a function says of a request that it cannot take. */
export class Refusal extends Error {}

type UserFunction = (inputs: Readonly<Record<string, UserTensor>>, ctx: FunctionContext) => unknown

/** A tensor as a function sees it. */
type UserTensor = Pick<Tensor, 'datatype' | 'shape' | 'data'>

/** The functions of one folder, loaded. */
export interface LoadedFunctions {
  readonly files: Readonly<Record<string, LoadedFile>>
  /** Throws what the function throws, or what is wrong with what it gave. */
  run(file: string, inputs: readonly Tensor[]): Promise<Tensor[]>
}

/** Imports every file. What is wrong with one is told in `files`: the others are of use to whoever corrects it. */
export async function loadFunctions(folder: string, paths: readonly string[]): Promise<LoadedFunctions> {
  const calls = new Map<string, { readonly call: UserFunction; readonly specs: FunctionSpecs }>()
  const files: Record<string, LoadedFile> = {}
  for (const path of paths) {
    try {
      const exported = (await import(pathToFileURL(inside(folder, path)).href)) as Record<string, unknown>
      const specs = readDeclaration(exported)
      files[path] = specs
      if (!('problems' in specs)) calls.set(path, { call: exported.default as UserFunction, specs })
    } catch (error) {
      files[path] = { problems: [`cannot be loaded: ${describeError(error, folder)}`] }
    }
  }
  const ctx = createContext(folder)
  return {
    files,
    run: async (file, inputs) => {
      const loaded = calls.get(file)
      if (loaded === undefined) throw new Error(`${file} is not loaded`)
      const given = Object.fromEntries(
        inputs.map(({ name, datatype, shape, data }) => [name, { datatype, shape, data }]),
      )
      return toOutputTensors(loaded.specs.outputs, await loaded.call(given, ctx))
    },
  }
}

/** What happened in the user's own file, with its place where the stack tells. */
export function describeError(error: unknown, folder: string): string {
  if (!(error instanceof Error)) return String(error)
  const text = `${error.name}: ${error.message}`.replaceAll(`${folder}${sep}`, '').slice(0, 2000)
  const start = error.stack?.indexOf(folder) ?? -1
  const place = start === -1 ? undefined : /^[^\s:)]+:\d+/.exec(error.stack?.slice(start + folder.length + 1) ?? '')
  return place === null || place === undefined ? text : `${text} at ${place[0]}`
}

function createContext(folder: string): FunctionContext {
  const kept = new Map<string, Uint8Array>()
  const json = new Map<string, unknown>()
  const read = (path: string) => {
    const bytes = kept.get(path) ?? readFileSync(inside(folder, path))
    kept.set(path, bytes)
    return bytes
  }
  const readText = (path: string) => Buffer.from(read(path)).toString('utf8')
  return {
    folder,
    read,
    readText,
    refuse: (problem) => {
      throw new Refusal(problem)
    },
    readJson: (path) => {
      if (!json.has(path)) json.set(path, JSON.parse(readText(path)))
      return json.get(path)
    },
  }
}

function inside(folder: string, path: string): string {
  const found = resolve(folder, path)
  if (!found.startsWith(folder + sep)) throw new Error(`${path} is not in the folder of the functions`)
  return found
}
