import { resolve } from 'node:path'
import { blobErrors } from './blobs.ts'

export interface S3Location {
  /** For messages. */
  readonly name: string
  readonly bucket: string
  /** Empty, or ends with a slash. */
  readonly prefix: string
  /** Set for stores other than Amazon's: addressed by path, not by host name. */
  readonly endpoint: string | undefined
  readonly region: string
}

export type BlobLocation = { readonly folder: string } | S3Location

/**
 * Reads `file:/path` (also `file:relative/path`) and `s3://bucket/prefix?endpoint=http://host:port&region=name`.
 * Throws `blob_url_invalid`. Secrets do not belong in the URL: credentials come from the standard AWS sources.
 */
export function parseBlobUrl(url: string): BlobLocation {
  const file = /^file:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1]
  if (file !== undefined) return { folder: decodeURI(file) }
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol !== 's3:' || parsed.hostname === '' || parsed.username !== '') {
    throw blobErrors.blob_url_invalid({ url: url.replace(/\/\/[^@/]*@/, '//…@') })
  }
  const unknown = [...parsed.searchParams.keys()].find((key) => key !== 'endpoint' && key !== 'region')
  const endpoint = parsed.searchParams.get('endpoint') ?? undefined
  if (unknown !== undefined || (endpoint !== undefined && !URL.canParse(endpoint))) {
    throw blobErrors.blob_url_invalid({ url })
  }
  const path = decodeURIComponent(parsed.pathname).replace(/^\/+|\/+$/g, '')
  return {
    name: `s3://${parsed.hostname}/${path}`,
    bucket: parsed.hostname,
    prefix: path === '' ? '' : `${path}/`,
    endpoint,
    region: parsed.searchParams.get('region') ?? 'us-east-1',
  }
}

/** Folders on this machine in which the blobs of a URL lie; none for a remote store. */
export function localFolders(url: string): string[] {
  const location = parseBlobUrl(url)
  return 'folder' in location ? [resolve(location.folder)] : []
}
