import type { IncomingMessage } from 'node:http'
import { kernelErrors } from '../../kernel/errors.ts'
import { readBody } from '../../platform/http/index.ts'
import { parseJsonBody } from './json-body.ts'
import type { MountedRoute } from './mounted-routes.ts'

const methodsWithBody = new Set(['DELETE', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'QUERY'])
const mediaType = /^\s*[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(;|$)/
const jsonType = /^\s*application\/(.+\+)?json/i

/** True when there is a body to take, or a content type that promises one. */
export function hasBody({ method = '', headers }: IncomingMessage): boolean {
  if (!methodsWithBody.has(method)) return false
  if (headers['content-type'] !== undefined || headers['transfer-encoding'] !== undefined) return true
  return (headers['content-length'] ?? '0') !== '0'
}

/** Refuses a body whose media type the route does not take; bytes and streams may have any, or none. */
export function refuseForeignBody({ headers }: IncomingMessage, { body }: MountedRoute): void {
  const type = headers['content-type']
  const isTaken =
    type === undefined ? body !== 'json' : mediaType.test(type) && (body !== 'json' || jsonType.test(type))
  if (!isTaken)
    throw kernelErrors.invalid_input({ problems: 'the body must be JSON: send "content-type: application/json"' })
}

/** The body as the route takes it: parsed, as bytes, or as a stream that arrives later. */
export async function receiveBody(message: IncomingMessage, { body, limitBytes }: MountedRoute): Promise<unknown> {
  if (body === 'stream') return message
  const bytes = await readBody(message, limitBytes)
  return body === 'json' ? parseJsonBody(bytes.toString('utf8')) : bytes
}
