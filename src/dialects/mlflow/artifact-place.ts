import type { Mlflow } from './rpc.ts'

/**
 * Where a path of the artifact proxy points. The clients build paths from the root they were told:
 * `0/<run>/artifacts/…`, `0/models/<model>/artifacts/…`, `0/traces/<trace>/artifacts/…`, or with a root of the user's own
 * the same below another folder. We keep files by the id in the path, so moving an experiment moves nothing.
 */
export type ArtifactPlace =
  | { readonly kind: 'owned'; readonly ownerId: string; readonly path: string }
  /** The files of a registered version, which nobody changes. */
  | { readonly kind: 'version'; readonly versionId: string; readonly path: string }

/** Owner of the files that belong to nothing we know. */
const unowned = 'files'

const versionPath = /^versions\/(mdv_[0-9a-z]{26})(?:\/(.*))?$/
const modelPath = /^(?:.*\/)?(?:models\/(m-[\w-]+)|traces\/([\w-]+))\/artifacts(?:\/(.*))?$/
const runPath = /^(?:.*?\/)?([\w-]+)\/artifacts(?:\/(.*))?$/

export async function placeOf({ tracking }: Mlflow, given: string): Promise<ArtifactPlace> {
  const path = given.replace(/^\/+|\/+$/g, '')
  const [, versionId, versionFile = ''] = versionPath.exec(path) ?? []
  if (versionId !== undefined) return { kind: 'version', versionId, path: versionFile }
  const [, modelId, traceId, modelFile = ''] = modelPath.exec(path) ?? []
  const ownerId = modelId ?? traceId
  if (ownerId !== undefined) return { kind: 'owned', ownerId, path: modelFile }
  const [, runId, runFile = ''] = runPath.exec(path) ?? []
  const isRun = runId !== undefined && (await tracking.findRun(runId)) !== undefined
  return isRun ? { kind: 'owned', ownerId: runId, path: runFile } : { kind: 'owned', ownerId: unowned, path }
}

/** The owner of what lies at a path, as a subject; what belongs to nobody is a path and no more. */
export function subjectOf(given: string): string {
  const path = given.replace(/^\/+/, '')
  if (path.startsWith('versions/')) return `path:${path}`
  const [, modelId, traceId] = modelPath.exec(path) ?? []
  if (modelId !== undefined) return `loggedModel:${modelId}`
  if (traceId !== undefined) return `trace:${traceId}`
  const [, runId] = runPath.exec(path) ?? []
  return runId === undefined ? `path:${path}` : `run:${runId}`
}

/** The path below the proxy of an artifact URI; undefined for a URI of elsewhere. */
export function proxiedPath(uri: string): string | undefined {
  const own = /^mlflow-artifacts:(?:\/\/[^/]*)?\/+(.*)$/.exec(uri)
  const http = /^https?:\/\/[^/]+\/(?:api|ajax-api)\/2\.0\/mlflow-artifacts\/artifacts\/(.*)$/.exec(uri)
  return own?.[1] ?? http?.[1]
}
