import { type AppError, isAppError, kernelErrors, toAppError } from '../../kernel/errors.ts'
import { pathErrors } from './safe-path.ts'

/** What is known about the request that failed. */
export interface FailedRequest {
  readonly requestId: string
  readonly url: string
  readonly limitBytes: number
}

/** Any thrown value as ours: errors of the web framework by their code, ours unchanged, the rest `internal_error`. */
export function fromThrown(thrown: unknown, request: FailedRequest): AppError {
  if (isAppError(thrown)) return thrown
  switch (codeOf(thrown)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return kernelErrors.body_too_large({ limitBytes: request.limitBytes })
    case 'FST_ERR_BAD_URL':
      return pathErrors.path_malformed({ path: request.url })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return kernelErrors.invalid_input({ problems: 'the body must be JSON: send "content-type: application/json"' })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return kernelErrors.invalid_input({ problems: 'the body ended before its announced length' }, { cause: thrown })
    default:
      return toAppError(thrown, request.requestId)
  }
}

function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}
