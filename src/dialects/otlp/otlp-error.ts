/** A mistake of the sender: HTTP status and the code of google.rpc.Status (grpc/doc/statuscodes.md). */
class OtlpError extends Error {
  readonly status: number
  readonly code: number

  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export function isOtlpError(thrown: unknown): thrown is OtlpError {
  return thrown instanceof OtlpError
}

const invalidArgument = 3
const resourceExhausted = 8

/** The bytes are not the message they are said to be. */
export function malformed(problem: string): Error {
  return new OtlpError(400, invalidArgument, `The request is not a valid ExportTraceServiceRequest: ${problem}.`)
}

/** A content type or encoding that is not read here. */
export function unsupported(message: string): Error {
  return new OtlpError(415, invalidArgument, message)
}

export function tooLarge(message: string): Error {
  return new OtlpError(413, resourceExhausted, message)
}
