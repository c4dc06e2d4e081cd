import type { Readable } from 'node:stream'
import type { AppError } from './errors.ts'
import type { Call, HttpMethod, Permission } from './operation.ts'

/**
 * A raw route: what cannot be an operation because its bytes are the point (uploads, foreign protocols, event streams).
 * It is still data: surfaces mount it, check its permission and list it in the reference. It does not know the web framework.
 */
export interface RawRoute {
  readonly method: HttpMethod | 'HEAD'
  /** `/v1/blobs/{digest}`; `{path*}` as the last part takes the rest of the path, slashes included. */
  readonly path: string
  readonly summary: string
  /** How the body arrives: not at all, whole as bytes, or as a stream that the route must read or destroy. */
  readonly body: 'none' | 'bytes' | 'stream'
  /** Largest body in bytes; the answer beyond it is body_too_large. Default 64 MiB for bytes, unlimited for streams. */
  readonly limitBytes?: number
  /** `public` routes answer without authentication: health, and nothing that shows data. */
  readonly allow: Permission | 'public'
  /** What the permission is used on, as an operation's subject. Absent: the collection that the permission names. */
  readonly subject?: (request: RawRequest) => readonly string[] | Promise<readonly string[]>
  /**
   * The body that tells an error before `run` in the words of the route's protocol: a caller who may not, a body that is
   * too large. Absent: a problem document.
   */
  readonly refusal?: (error: AppError) => object
  readonly run: (request: RawRequest) => Promise<RawResponse> | RawResponse
}

export interface RawRequest extends Call {
  readonly method: string
  /** Path with query, as sent. */
  readonly url: string
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Empty unless the route asks for bytes. */
  readonly bytes: Uint8Array
  /** Ended and empty unless the route asks for a stream. */
  readonly stream: Readable
}

export interface RawResponse {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON; absent is an empty body. */
  readonly body?: Readable | Uint8Array | string | object
}
