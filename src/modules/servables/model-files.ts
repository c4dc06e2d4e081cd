import { createHash } from 'node:crypto'
import type { Component, ModelVersion } from '../registry/index.ts'
import type { PythonFormat } from './formats.ts'
import { servableErrors } from './model.ts'
import { remoteFileName } from './remote-file.ts'
import type { PackageFile } from './stored-model.ts'

/**
 * What of a version is the model: one ONNX file, a folder that Python loads, a graph of other versions, or a file that says
 * which server has it.
 */
export type ModelFiles =
  | { readonly kind: 'onnx'; readonly digest: string }
  | { readonly kind: 'remote'; readonly digest: string }
  | {
      readonly kind: 'python'
      readonly digest: string
      /** Paths are relative to the model's folder. */
      readonly files: readonly PackageFile[]
      /** What says how to load it: a file that describes it, a script, or a pickle. */
      readonly entry: { readonly kind: 'description' | 'script' | 'pickle'; readonly file: string }
    }
  | {
      readonly kind: 'graph'
      /** Of the files and of the versions that they were pinned to. */
      readonly digest: string
      readonly files: readonly PackageFile[]
      readonly components: readonly Component[]
    }

/** The format of versions that are graphs. */
export const graphFormat = 'graph'

/** `formats`: of folders that Python loads. Throws `model_not_servable` with what is missing. */
export function findModelFiles(version: ModelVersion, formats: readonly PythonFormat[]): ModelFiles {
  const refuse = (problem: string, fix: string) =>
    servableErrors.model_not_servable({ modelVersionId: version.id, problem, fix })
  if (version.status !== 'ready')
    throw refuse(`its state is ${version.status}.`, 'Wait until its files are uploaded, or register it again.')
  if (version.format === graphFormat) return toGraph(version)
  const remote = version.format === 'remote' ? version.files.find(({ path }) => path === remoteFileName) : undefined
  if (remote !== undefined) return { kind: 'remote', digest: remote.digest }
  const [onnx, second] = version.files.filter(({ path }) => path.endsWith('.onnx'))
  const python = findPython(version, { formats, hasOnnx: onnx !== undefined })
  if (python !== undefined) return python
  if (onnx === undefined)
    throw refuse(
      `none of its files (${version.files.map(({ path }) => path).join(', ') || 'it has none'}) is a model that can be run.`,
      `Register ${['an ONNX file', ...formats.map(({ words }) => words)].join(', ')}, a model.py or model.pkl, or a graph.yaml with the format graph.`,
    )
  if (second !== undefined)
    throw refuse(`it has several ONNX files, ${onnx.path} and ${second.path}.`, 'Register a version with one of them.')
  return { kind: 'onnx', digest: onnx.digest }
}

function toGraph({ files, components = [], digest }: ModelVersion): ModelFiles {
  const pins = components.map(({ node, modelVersionId }) => [node, modelVersionId])
  const hash = createHash('sha256').update(JSON.stringify([digest, pins]))
  return { kind: 'graph', digest: hash.digest('hex'), files: filesBelow(files, ''), components }
}

/** A described folder is Python's unless it was logged as ONNX; a bare script or pickle only where there is no ONNX file. */
function findPython(
  { files, format, digest }: ModelVersion,
  { formats, hasOnnx }: { readonly formats: readonly PythonFormat[]; readonly hasOnnx: boolean },
): ModelFiles | undefined {
  const depth = (path: string) => path.split('/').length
  const shallow = [...files].sort((a, b) => depth(a.path) - depth(b.path))
  const described = shallow.find(({ path }) => formats.some(({ file }) => file === nameOf(path)))
  if (described !== undefined && (format !== 'onnx' || !hasOnnx))
    return {
      kind: 'python',
      digest,
      files: filesBelow(files, folderOf(described.path)),
      entry: { kind: 'description', file: nameOf(described.path) },
    }
  if (hasOnnx) return undefined
  const script = shallow.find(({ path }) => /(^|\/)model\.py$/.test(path))
  const pickle = shallow.find(({ path }) => path.endsWith('.pkl'))
  const found = script ?? pickle
  if (found === undefined) return undefined
  const folder = folderOf(found.path)
  const entry = { kind: script === undefined ? 'pickle' : 'script', file: found.path.slice(folder.length) } as const
  return { kind: 'python', digest, files: filesBelow(files, folder), entry }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function filesBelow(files: readonly PackageFile[], folder: string): PackageFile[] {
  return files
    .filter(({ path }) => path.startsWith(folder))
    .map(({ path, digest }) => ({ path: path.slice(folder.length), digest }))
}
