import { type AppError, errorKinds, type FieldProblem } from '../../kernel/errors.ts'
import type { RawRequest, RawResponse, RawRoute } from '../../kernel/route.ts'

/** The body of every failure: an RFC 9457 problem document. */
export interface Problem {
  /** Where the code is explained. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly fields?: readonly FieldProblem[]
  readonly hint?: string
  readonly requestId: string
}

export function toProblem(error: AppError, requestId: string): Problem {
  return {
    type: `/docs#error-${error.code}`,
    title: titleOf(error.code),
    status: errorKinds[error.kind].http,
    code: error.code,
    detail: error.message,
    ...(error.fields.length === 0 ? {} : { fields: error.fields }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    requestId,
  }
}

/** The answer that tells an error; `refusal` says it in the words of the route's protocol. */
export function problemAnswer(
  error: AppError,
  request: Pick<RawRequest, 'requestId' | 'headers'>,
  refusal: RawRoute['refusal'],
): RawResponse {
  const { http: status, retryable } = errorKinds[error.kind]
  return {
    status,
    headers: {
      ...(status === 401 ? { 'www-authenticate': challengeFor(request.headers) } : {}),
      ...(retryable ? { 'retry-after': '1' } : {}),
      'content-type': `application/${refusal === undefined ? 'problem+json' : 'json'}; charset=utf-8`,
    },
    body: JSON.stringify(refusal?.(error) ?? toProblem(error, request.requestId)),
  }
}

/** A browser that opens a page may ask the person; a script that fetches must not make a dialog appear. */
function challengeFor(headers: RawRequest['headers']): string {
  const isPage = String(headers.accept ?? '').includes('text/html')
  return isPage ? 'Basic realm="Slipway", charset="UTF-8"' : 'Bearer realm="Slipway"'
}

/** `model_not_found` -> `Model not found`. */
export function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ').replace(/\bjson\b/, 'JSON')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
