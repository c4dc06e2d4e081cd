import { inferenceErrors } from '../../inference/index.ts'

/** What a remote server's refusals mean for the client of the deployment, whichever protocol it was asked in. */

/** By HTTP status: whose fault it is decides, so that nobody corrects a request that was right. */
export function httpRefusal(host: string, status: number, problem: string): Error {
  const text = problem === '' ? `status ${status}` : problem
  if (status === 400 || status === 413 || status === 422)
    return inferenceErrors.inference_remote_refused({ host, problem: text })
  if (status === 429) return inferenceErrors.inference_remote_busy({ host, problem: text })
  if (status === 502 || status === 503 || status === 504)
    return inferenceErrors.inference_remote_away({ host, problem: text })
  return inferenceErrors.inference_remote_failed({ host, problem: explain(status, text) })
}

function explain(status: number, text: string): string {
  if (status === 401 || status === 403 || status === 407) return `it does not accept the credentials (${status}).`
  if (status === 404) return `it does not know the model: ${text}`
  if (status >= 300 && status < 400) return `it redirects (${status}), which is not followed.`
  return text
}

/** By status of gRPC (grpc/grpc doc/statuscodes.md). */
export function grpcRefusal(host: string, status: number, problem: string): Error {
  return httpRefusal(host, httpStatusOf[status] ?? 500, problem === '' ? `status ${status} of gRPC` : problem)
}

const httpStatusOf: Readonly<Record<number, number>> = {
  3: 400,
  4: 504,
  5: 404,
  7: 403,
  8: 429,
  9: 400,
  11: 400,
  14: 503,
  16: 401,
}
