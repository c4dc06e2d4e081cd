import { requestedPart } from '../../kernel/byte-range.ts'
import type { RawRequest, RawResponse, RawRoute } from '../../kernel/route.ts'
import type { ArtifactEntry } from '../../modules/tracking/index.ts'
import { type ArtifactPlace, placeOf, subjectOf } from './artifact-place.ts'
import { contentType } from './content-type.ts'
import { answer, type Mlflow } from './rpc.ts'
import { invalid, wireError } from './wire-error.ts'
import { compact } from './wire-json.ts'

/** The artifact proxy: files stream between the client and the blob store, whatever their size. */
export function proxyRoutes(mlflow: Mlflow): RawRoute[] {
  const summary = 'MLflow: artifacts through the server'
  return ['/api/2.0', '/ajax-api/2.0'].flatMap((prefix): RawRoute[] => {
    const folder = `${prefix}/mlflow-artifacts/artifacts`
    const file = `${folder}/{path*}`
    const read = { summary, body: 'none', allow: 'runs:read' } as const
    const subject = ({ params }: RawRequest) => [subjectOf(params.path ?? '')]
    const write = { summary, allow: 'runs:write', subject } as const
    return [
      { ...read, method: 'GET', path: folder, run: answer(mlflow, (request) => list(mlflow, request)) },
      { ...read, method: 'GET', path: file, run: answer(mlflow, (request) => download(mlflow, request)) },
      {
        ...write,
        method: 'PUT',
        path: file,
        body: 'stream',
        run: answer(mlflow, (request) => upload(mlflow, request)),
      },
      {
        ...write,
        method: 'DELETE',
        path: file,
        body: 'bytes',
        run: answer(mlflow, (request) => remove(mlflow, request)),
      },
    ]
  })
}

async function list(mlflow: Mlflow, request: RawRequest): Promise<RawResponse> {
  const path = request.query.get('path') ?? ''
  if (path.startsWith('/')) throw invalid(`Invalid path: ${path} is absolute.`)
  const entries = await entriesAt(mlflow, await placeOf(mlflow, path))
  const files = entries.map((entry) => ({ ...toFileMessage(entry), path: entry.path.split('/').at(-1) ?? '' }))
  return { body: compact({ files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) }) }
}

export function toFileMessage(entry: ArtifactEntry) {
  return compact({ path: entry.path, is_dir: entry.isFolder, file_size: entry.sizeBytes })
}

async function entriesAt({ tracking, registry }: Mlflow, place: ArtifactPlace): Promise<ArtifactEntry[]> {
  if (place.kind === 'owned') return tracking.listArtifacts(place.ownerId, place.path)
  const version = await registry.resolve(place.versionId)
  const prefix = place.path === '' ? '' : `${place.path}/`
  const entries = new Map<string, ArtifactEntry>()
  for (const { path, sizeBytes, digest } of version.files.filter((file) => file.path.startsWith(prefix))) {
    const [name = '', ...rest] = path.slice(prefix.length).split('/')
    const own = prefix + name
    entries.set(
      own,
      rest.length > 0 ? { path: own, isFolder: true } : { path: own, isFolder: false, sizeBytes, digest },
    )
  }
  return [...entries.values()]
}

/** The stored file at a place: its bytes and its size. Throws RESOURCE_DOES_NOT_EXIST. */
export async function fileAt(
  { tracking, registry }: Mlflow,
  place: ArtifactPlace,
): Promise<{ digest: string; sizeBytes: number }> {
  if (place.kind === 'owned') return tracking.getArtifact(place.ownerId, place.path)
  const version = await registry.resolve(place.versionId)
  const file = version.files.find((one) => one.path === place.path)
  if (file === undefined) throw wireError('RESOURCE_DOES_NOT_EXIST', `There is no file ${place.path}.`)
  return file
}

async function download(mlflow: Mlflow, request: RawRequest): Promise<RawResponse> {
  return sendFile(mlflow, request, await placeOf(mlflow, request.params.path ?? ''))
}

/** A file, or the part of it that is asked for: players seek, and a download that was cut off goes on. */
export async function sendFile(mlflow: Mlflow, request: RawRequest, place: ArtifactPlace): Promise<RawResponse> {
  const { digest, sizeBytes } = await fileAt(mlflow, place)
  const name = place.path.split('/').at(-1) ?? ''
  const etag = `"${digest}"`
  const part = requestedPart(request, { etag, sizeBytes })
  const answer = {
    status: part.status,
    headers: {
      ...part.headers,
      'content-type': contentType(name),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      'x-content-type-options': 'nosniff',
      etag,
    },
  }
  return part.status === 416 ? answer : { ...answer, body: await mlflow.platform.blobs.read(digest, part.range) }
}

async function upload(mlflow: Mlflow, request: RawRequest): Promise<RawResponse> {
  const place = writable(await placeOf(mlflow, request.params.path ?? ''))
  const announced = Number(request.headers['content-length'])
  const expect = Number.isSafeInteger(announced) ? { expect: { sizeBytes: announced } } : {}
  const blob = await mlflow.platform.blobs.write(request.stream, { ...expect, signal: request.signal })
  await mlflow.tracking.storeArtifact(place.ownerId, place.path, blob.digest, blob.sizeBytes)
  return {}
}

async function remove(mlflow: Mlflow, request: RawRequest): Promise<RawResponse> {
  const place = writable(await placeOf(mlflow, request.params.path ?? ''))
  await mlflow.tracking.deleteArtifacts(place.ownerId, place.path)
  return { body: {} }
}

export function writable(place: ArtifactPlace): Extract<ArtifactPlace, { kind: 'owned' }> {
  if (place.kind === 'owned') return place
  throw invalid('The files of a model version never change. Register a new version instead.')
}
