import { Readable } from 'node:stream'
import type { RawRequest, RawResponse, RawRoute } from '../../kernel/route.ts'
import { placeOf, subjectOf } from './artifact-place.ts'
import { writable } from './artifact-proxy.ts'
import { Fields } from './fields.ts'
import { answer, type Mlflow } from './rpc.ts'
import { invalid } from './wire-error.ts'
import { readJson } from './wire-json.ts'

/**
 * Uploads in parts. Each part is a blob of its own and its ETag is the blob's digest; the client hands the ETags back
 * when it completes, so the server keeps no state in between and any replica can take any part. Parts that are never
 * completed are named by nobody and go with the next collection.
 */
export function multipartRoutes(mlflow: Mlflow): RawRoute[] {
  const summary = 'MLflow: artifact upload in parts'
  const subject = ({ params }: RawRequest) => [subjectOf(`${params.path ?? ''}/`)]
  return ['/api/2.0', '/ajax-api/2.0'].flatMap((prefix): RawRoute[] => {
    const root = `${prefix}/mlflow-artifacts/mpu`
    const post = (act: string, run: (request: RawRequest) => Promise<RawResponse>): RawRoute => ({
      summary,
      allow: 'runs:write',
      subject,
      method: 'POST',
      path: `${root}/${act}/{path*}`,
      body: 'bytes',
      run: answer(mlflow, run),
    })
    return [
      post('create', (request) => create(mlflow, request, root)),
      post('complete', (request) => complete(mlflow, request)),
      post('abort', async () => ({ body: {} })),
      {
        summary,
        // A part is bytes and no file yet.
        allow: 'blobs:write',
        method: 'PUT',
        path: `${root}/part/{uploadId}/{part}`,
        body: 'stream',
        run: answer(mlflow, (request) => storePart(mlflow, request)),
      },
    ]
  })
}

/** The folder is in the address; of the body's path, which is that of the client's own file, only the name counts. */
async function placeIn(mlflow: Mlflow, request: RawRequest) {
  const name = bodyOf(request).required('path').split(/[\\/]/).at(-1) ?? ''
  return writable(await placeOf(mlflow, `${request.params.path ?? ''}/${name}`))
}

const bodyOf = (request: RawRequest) => new Fields(readJson(request.bytes))

async function create(mlflow: Mlflow, request: RawRequest, root: string): Promise<RawResponse> {
  await placeIn(mlflow, request)
  const parts = bodyOf(request).requiredInt('num_parts')
  if (parts < 1 || parts > 10_000) throw invalid(`num_parts must be between 1 and 10000, but got ${parts}`)
  const uploadId = mlflow.platform.ids('upl')
  // The address under which the client reached us is the one it can reach again.
  const host = String(request.headers['x-forwarded-host'] ?? request.headers.host)
  const scheme = String(request.headers['x-forwarded-proto'] ?? 'http')
  // The client sends a part with these headers and no others: what let it in here must let it in there.
  const { authorization } = request.headers
  const headers = authorization === undefined ? {} : { Authorization: String(authorization) }
  const credentials = Array.from({ length: parts }, (_, index) => ({
    url: `${scheme}://${host}${root}/part/${uploadId}/${index + 1}`,
    part_number: index + 1,
    headers,
  }))
  return { body: { upload_id: uploadId, credentials } }
}

async function storePart(mlflow: Mlflow, request: RawRequest): Promise<RawResponse> {
  const { digest } = await mlflow.platform.blobs.write(request.stream, { signal: request.signal })
  return { headers: { etag: digest }, body: {} }
}

async function complete(mlflow: Mlflow, request: RawRequest): Promise<RawResponse> {
  const place = await placeIn(mlflow, request)
  const parts = bodyOf(request)
    .messages('parts')
    .map((part) => ({ number: part.requiredInt('part_number'), digest: part.required('etag').replaceAll('"', '') }))
    .sort((a, b) => a.number - b.number)
  for (const [index, part] of parts.entries()) {
    if (part.number !== index + 1) throw invalid(`part ${index + 1} of the upload is missing`)
    if ((await mlflow.platform.blobs.find(part.digest)) === undefined) {
      throw invalid(`part ${part.number} of the upload was never stored, or too long ago`)
    }
  }
  const blob = await mlflow.platform.blobs.write(Readable.from(joined(mlflow, parts)), { signal: request.signal })
  await mlflow.tracking.storeArtifact(place.ownerId, place.path, blob.digest, blob.sizeBytes)
  return { body: {} }
}

async function* joined(mlflow: Mlflow, parts: readonly { readonly digest: string }[]): AsyncIterable<Uint8Array> {
  for (const { digest } of parts) yield* await mlflow.platform.blobs.read(digest)
}
