import { type AppError, errorKinds, type FieldProblem } from '../../kernel/errors.ts'

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

/** `model_not_found` -> `Model not found`. */
export function titleOf(code: string): string {
  const words = code.replaceAll('_', ' ').replace(/\bjson\b/, 'JSON')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
