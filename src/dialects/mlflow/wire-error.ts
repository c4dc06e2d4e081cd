import { type AppError, isAppError, toAppError } from '../../kernel/errors.ts'
import type { RawResponse } from '../../kernel/route.ts'

/**
 * Errors as these clients know them: `{error_code, message}`. The clients retry 429 and 5xx for minutes, so a mistake of
 * the caller is always a 4xx; that "already exists" is a 400 and not a 409 is theirs.
 */
const statusOf = {
  BAD_REQUEST: 400,
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  RESOURCE_CONFLICT: 409,
  REQUEST_LIMIT_EXCEEDED: 429,
  INTERNAL_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
} as const

export type WireErrorCode = keyof typeof statusOf

class WireError extends Error {
  readonly errorCode: WireErrorCode

  constructor(errorCode: WireErrorCode, message: string) {
    super(message)
    this.errorCode = errorCode
  }
}

export function wireError(errorCode: WireErrorCode, message: string): Error {
  return new WireError(errorCode, message)
}

export function invalid(message: string): Error {
  return new WireError('INVALID_PARAMETER_VALUE', message)
}

/** Any thrown value as the answer that the clients turn into their exception. */
export function errorResponse(thrown: unknown, requestId: string): RawResponse {
  const error = thrown instanceof WireError ? thrown : translate(toAppError(thrown, requestId))
  return { status: statusOf[error.errorCode], body: { error_code: error.errorCode, message: error.message } }
}

/** Errors before the dialect is asked, such as a body that is too large, in its words. */
export function refusal(error: AppError): object {
  const { errorCode, message } = translate(error)
  return { error_code: errorCode, message }
}

/** True for mistakes of the caller; the others are logged. */
export function isExpected(thrown: unknown): boolean {
  return thrown instanceof WireError || (isAppError(thrown) && thrown.kind !== 'internal')
}

type Details = Readonly<Record<string, unknown>>

/** Our codes whose message or code these clients, or scripts written for them, look into. */
const known: Readonly<Record<string, (details: Details, message: string) => WireError>> = {
  experiment_not_found: ({ experiment }) =>
    new WireError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${experiment} exists`),
  experiment_exists: ({ name }) => new WireError('RESOURCE_ALREADY_EXISTS', `Experiment(name=${name}) already exists.`),
  experiment_not_active: ({ experiment }) =>
    new WireError(
      'INVALID_PARAMETER_VALUE',
      `The experiment ${experiment} must be in the 'active' state. Current state is deleted.`,
    ),
  run_not_found: ({ run }) => new WireError('RESOURCE_DOES_NOT_EXIST', `Run with id=${run} not found`),
  run_not_active: ({ run }) =>
    new WireError('INVALID_PARAMETER_VALUE', `The run ${run} must be in the 'active' state. Current state is deleted.`),
  param_changed: ({ key, old, run, new: value }) =>
    new WireError(
      'INVALID_PARAMETER_VALUE',
      `Changing param values is not allowed. Param with key='${key}' was already logged with value='${old}' for run ID='${run}'. Attempted logging new value '${value}'.`,
    ),
  model_not_found: ({ model }) =>
    new WireError('RESOURCE_DOES_NOT_EXIST', `Registered Model with name=${model} not found`),
  model_exists: ({ model }) =>
    new WireError('RESOURCE_ALREADY_EXISTS', `Registered Model (name=${model}) already exists.`),
  model_alias_not_found: ({ alias }) =>
    new WireError('INVALID_PARAMETER_VALUE', `Registered model alias ${alias} not found.`),
}

function translate(error: AppError): WireError {
  return known[error.code]?.(error.details, error.message) ?? new WireError(codeOf(error), messageOf(error))
}

function codeOf({ kind }: AppError): WireErrorCode {
  switch (kind) {
    case 'invalid':
      return 'INVALID_PARAMETER_VALUE'
    case 'too_large':
      return 'BAD_REQUEST'
    case 'unauthenticated':
      return 'UNAUTHENTICATED'
    case 'forbidden':
      return 'PERMISSION_DENIED'
    case 'not_found':
    case 'gone':
      return 'RESOURCE_DOES_NOT_EXIST'
    case 'conflict':
      return 'RESOURCE_CONFLICT'
    case 'limited':
      return 'REQUEST_LIMIT_EXCEEDED'
    case 'unavailable':
      return 'TEMPORARILY_UNAVAILABLE'
    case 'internal':
      return 'INTERNAL_ERROR'
  }
}

function messageOf(error: AppError): string {
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`
}
