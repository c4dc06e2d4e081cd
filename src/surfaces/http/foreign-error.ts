import { type AppError, isAppError, kernelErrors, toAppError } from '../../kernel/errors.ts'

/** Any thrown value as ours: ours unchanged, a body that broke off as `invalid_input`, the rest `internal_error`. */
export function fromThrown(thrown: unknown, requestId: string): AppError {
  if (isAppError(thrown)) return thrown
  const code = codeOf(thrown)
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return kernelErrors.invalid_input({ problems: 'the body ended before its announced length' }, { cause: thrown })
  return toAppError(thrown, requestId)
}

function codeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}
