/**
 * The one error type of Slipway and the one table of what its kinds mean outside.
 *
 * A failure has a stable `code` (what happened, for programs) and a `kind` (what sort of failure it is, for protocols).
 * Codes are declared beside the module that throws them with `defineErrors`; kinds are closed and live only here.
 * No other file knows a status number: surfaces and dialects look it up in `errorKinds`.
 */

export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'too_large'
  | 'limited'
  | 'unavailable'
  | 'internal'

export interface KindFacts {
  readonly http: number
  /** gRPC status code number (grpc/grpc doc/statuscodes.md). */
  readonly grpc: number
  /** Exit code of the CLI; 2 is a mistake in the call, 1 anything else that failed. */
  readonly exit: number
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  readonly retryable: boolean
}

export const errorKinds: Record<ErrorKind, KindFacts> = {
  invalid: { http: 400, grpc: 3, exit: 2, logLevel: 'debug', retryable: false },
  unauthenticated: { http: 401, grpc: 16, exit: 4, logLevel: 'info', retryable: false },
  forbidden: { http: 403, grpc: 7, exit: 4, logLevel: 'info', retryable: false },
  not_found: { http: 404, grpc: 5, exit: 3, logLevel: 'debug', retryable: false },
  conflict: { http: 409, grpc: 6, exit: 5, logLevel: 'debug', retryable: false },
  gone: { http: 410, grpc: 5, exit: 3, logLevel: 'debug', retryable: false },
  too_large: { http: 413, grpc: 8, exit: 2, logLevel: 'info', retryable: false },
  limited: { http: 429, grpc: 8, exit: 6, logLevel: 'info', retryable: true },
  unavailable: { http: 503, grpc: 14, exit: 6, logLevel: 'warn', retryable: true },
  internal: { http: 500, grpc: 13, exit: 1, logLevel: 'error', retryable: false },
}

/** One wrong field of an input: a JSON path such as `steps[2].run`, the problem, and the value that was seen. */
export interface FieldProblem {
  readonly path: string
  readonly message: string
  readonly value?: unknown
}

export interface ErrorExtras {
  readonly details?: Readonly<Record<string, unknown>>
  readonly fields?: readonly FieldProblem[]
  /** The next step for the person who reads the message. */
  readonly hint?: string
  readonly cause?: unknown
}

// A symbol, not instanceof: two copies of this package in one process still recognise each other's errors.
const brand = Symbol.for('slipway.AppError')

export class AppError extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly details: Readonly<Record<string, unknown>>
  readonly fields: readonly FieldProblem[]
  readonly hint: string | undefined
  readonly [brand] = true

  constructor(code: string, kind: ErrorKind, message: string, extras: ErrorExtras = {}) {
    super(message, { cause: extras.cause })
    this.name = 'AppError'
    this.code = code
    this.kind = kind
    this.details = extras.details ?? {}
    this.fields = extras.fields ?? []
    this.hint = extras.hint
  }

  get retryable(): boolean {
    return errorKinds[this.kind].retryable
  }
}

export function isAppError(value: unknown): value is AppError {
  return typeof value === 'object' && value !== null && brand in value
}

/** True when `value` is an AppError with this code. */
export function hasCode(value: unknown, code: string): boolean {
  return isAppError(value) && value.code === code
}

type ErrorRow = readonly [kind: ErrorKind, message: string, hint?: string]
export type ErrorTable = Readonly<Record<string, ErrorRow>>

/** Names in braces of a template: `'path' | 'line'` of `'{path} ends in line {line}.'`. */
export type Placeholders<Template> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never

type Detail = {} | null
type Details = Readonly<Record<string, unknown>>
type Extras = Omit<ErrorExtras, 'details'>

/** Makes one error. A detail for each placeholder of message and hint must be there; programs may be told more. */
export type ErrorMaker<Name extends string> = [Name] extends [never]
  ? (details?: Details, extras?: Extras) => AppError
  : (details: Readonly<Record<Name, Detail>> & Details, extras?: Extras) => AppError

export type ErrorMakers<T extends ErrorTable> = {
  readonly [Code in keyof T]: ErrorMaker<Placeholders<T[Code][1] | T[Code][2]>>
}

/**
 * Every code that an operation may declare. A table joins beside its definition, so that a code which nobody defines
 * does not compile:
 *
 *   declare module '../../kernel/errors.ts' {
 *     interface DeclaredErrors extends Joined<typeof errors> {}
 *   }
 */
export interface DeclaredErrors extends Joined<typeof kernelErrors> {}
export type Joined<Makers> = { readonly [Code in keyof Makers]: true }
export type ErrorCode = keyof DeclaredErrors

// Every declared code, so that the reference page and its test can list them.
const declared = new Map<string, ErrorRow>()

export function declaredErrors(): ReadonlyMap<string, ErrorRow> {
  return declared
}

/**
 * Declares error codes with message templates. `{name}` in a template or hint is filled from `details`.
 *
 *   const errors = defineErrors({ model_not_found: ['not_found', 'Model {model} does not exist.', 'slipway models list'] })
 *   throw errors.model_not_found({ model: 'iris' })
 */
export function defineErrors<const T extends ErrorTable>(table: T): ErrorMakers<T> {
  const makers: Record<string, (details?: Details, extras?: Extras) => AppError> = {}
  for (const [code, row] of Object.entries(table)) {
    declared.set(code, row)
    makers[code] = (details = {}, extras = {}) => make(code, row, { ...extras, details })
  }
  return makers as ErrorMakers<T>
}

/** The same failure with other details, its message filled anew. */
export function withDetails(error: AppError, details: Details, cause: unknown = error): AppError {
  const row = declared.get(error.code)
  return row === undefined ? error : make(error.code, row, { details: { ...error.details, ...details }, cause })
}

function make(code: string, [kind, message, hint]: ErrorRow, extras: ErrorExtras): AppError {
  const { details = {} } = extras
  const filledHint = extras.hint ?? (hint === undefined ? undefined : fill(hint, details))
  return new AppError(code, kind, fill(message, details), {
    ...extras,
    ...(filledHint === undefined ? {} : { hint: filledHint }),
  })
}

function fill(template: string, details: Details): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => (key in details ? show(details[key]) : whole))
}

/** A value as it should appear in a message: strings bare, whatever a client sent cut to a readable length. */
function show(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return text.length > 2000 ? `${text.slice(0, 2000)}…` : text
}

export const kernelErrors = defineErrors({
  invalid_input: ['invalid', 'The input is not valid: {problems}.'],
  malformed_json: ['invalid', 'The body is not valid JSON: {problem}.'],
  route_not_found: ['not_found', 'No route {method} {path}.', 'See /docs for every route.'],
  body_too_large: ['too_large', 'The body is larger than the limit of {limitBytes} bytes.'],
  unauthenticated: [
    'unauthenticated',
    'This server needs a token.',
    'Send "Authorization: Bearer <token>" or set SLIPWAY_TOKEN.',
  ],
  forbidden_host: [
    'forbidden',
    'The Host header {host} is not one this server answers to.',
    'Add it to http.allowedHosts.',
  ],
  internal_error: ['internal', 'Something went wrong inside Slipway. Quote request id {requestId}.'],
  unavailable: ['unavailable', 'The server is {state}; try again.'],
})

/** What any operation may answer, whatever it declares. */
export const codesOfAllOperations: readonly ErrorCode[] = [
  'invalid_input',
  'malformed_json',
  'body_too_large',
  'unauthenticated',
  'internal_error',
  'unavailable',
]

/** Any thrown value as an AppError: ours unchanged, others as `internal_error` with the original as cause. */
export function toAppError(value: unknown, requestId = 'none'): AppError {
  return isAppError(value) ? value : kernelErrors.internal_error({ requestId }, { cause: value })
}
