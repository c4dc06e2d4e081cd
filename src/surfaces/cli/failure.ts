import { errorKinds, isAppError, toAppError } from '../../kernel/errors.ts'
import { isSlipwayError, type SlipwayError } from '../../sdk/slipway-error.ts'
import { paint, type Terminal } from './terminal.ts'

/** Prints what went wrong, with every wrong field and the next step, and gives the exit code. */
export function reportFailure(thrown: unknown, terminal: Terminal, isJson: boolean): number {
  const failure = toFailure(thrown)
  if (isJson) {
    const { exit: _, ...problem } = failure
    terminal.note(`${JSON.stringify(problem)}\n`)
    return failure.exit
  }
  const fields =
    failure.fields.length > 1 ? failure.fields.map(({ path, message }) => `  ${path}: ${message}\n`).join('') : ''
  // The list says the same as the sentence, only readably.
  const detail = fields === '' ? failure.detail : 'The input is not valid:'
  terminal.note(`${paint(terminal, 'red', 'slipway:')} ${detail}\n${fields}`)
  if (failure.hint !== undefined) terminal.note(`  ${failure.hint}\n`)
  return failure.exit
}

interface Failure {
  readonly code: string
  readonly detail: string
  readonly fields: readonly { readonly path: string; readonly message: string }[]
  readonly hint?: string
  readonly requestId?: string
  readonly exit: number
}

function toFailure(thrown: unknown): Failure {
  if (isSlipwayError(thrown)) return fromAnswer(thrown)
  const error = toAppError(thrown)
  // A mistake of ours in the CLI itself: the message for people would hide where.
  const detail = !isAppError(thrown) && thrown instanceof Error ? (thrown.stack ?? thrown.message) : error.message
  return {
    code: error.code,
    detail,
    fields: error.fields,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    exit: errorKinds[error.kind].exit,
  }
}

function fromAnswer(error: SlipwayError): Failure {
  return {
    code: error.code,
    detail: error.message,
    fields: error.fields,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
    exit: exitOf(error.status),
  }
}

/** The exit code of the kind that has this status; no answer at all counts as unavailable. */
function exitOf(status: number): number {
  if (status === 0) return errorKinds.unavailable.exit
  return Object.values(errorKinds).find((facts) => facts.http === status)?.exit ?? errorKinds.internal.exit
}
