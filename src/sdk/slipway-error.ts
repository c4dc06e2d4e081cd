import type { ErrorCode } from './errors.generated.ts'

/** One wrong field of an input. */
export interface FieldProblem {
  readonly path: string
  readonly message: string
  readonly value?: unknown
}

/**
 * What the server answered instead of a result, or that it could not be reached (`unreachable`). The code is stable and for
 * programs; the message is for people and already says what to do where the server knew it.
 */
export class SlipwayError extends Error {
  readonly code: ErrorCode | 'unreachable' | 'unexpected_answer'
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly fields: readonly FieldProblem[]
  readonly hint: string | undefined
  readonly requestId: string | undefined

  constructor(status: number, problem: ProblemLike, options: ErrorOptions = {}) {
    super(problem.detail ?? `The server answered ${status}.`, options)
    this.name = 'SlipwayError'
    this.code = (problem.code ?? 'unexpected_answer') as SlipwayError['code']
    this.status = status
    this.fields = problem.fields ?? []
    this.hint = problem.hint
    this.requestId = problem.requestId
  }
}

export interface ProblemLike {
  readonly code?: string
  readonly detail?: string
  readonly fields?: readonly FieldProblem[]
  readonly hint?: string
  readonly requestId?: string
}

/** `isSlipwayError(error, 'model_not_found')`; by name, so two copies of this package recognise each other's errors. */
export function isSlipwayError(error: unknown, code?: SlipwayError['code']): error is SlipwayError {
  if (!(error instanceof Error) || error.name !== 'SlipwayError') return false
  return code === undefined || (error as SlipwayError).code === code
}

/** The error in a response that is not ok. */
export async function errorOf(response: Response): Promise<SlipwayError> {
  const text = await response.text()
  const requestId = response.headers.get('x-request-id')
  const standard = {
    detail: `The server answered ${response.status}: ${text.slice(0, 300)}`,
    ...(requestId === null ? {} : { requestId }),
  }
  try {
    const problem: unknown = JSON.parse(text)
    const isProblem = problem !== null && typeof problem === 'object' && 'code' in problem
    return new SlipwayError(response.status, isProblem ? (problem as ProblemLike) : standard)
  } catch {
    // Not from Slipway: a proxy's page, for example.
    return new SlipwayError(response.status, standard)
  }
}
