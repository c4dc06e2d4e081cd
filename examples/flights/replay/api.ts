/**
 * Slipway's HTTP API as the replay uses it. Every call is repeated until the server has answered it: all of them carry
 * their own keys, so asking twice does nothing twice, and a server that was killed in between loses nothing.
 */
import { createReadStream } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

export interface Api {
  readonly url: string
  /** JSON in, JSON out. Throws `ApiError` for an answer that says the request itself is wrong. */
  call<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown, headers?: Record<string, string>): Promise<T>
  /** Stores a file and answers its digest. */
  upload(localPath: string): Promise<{ digest: string; sizeBytes: number }>
  /** How often a request had to be repeated. */
  repeats(): number
}

export class ApiError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const patienceMs = 60_000

export function createApi(url: string, signal: AbortSignal): Api {
  let repeats = 0
  /** Tries until there is an answer below 500 (429 excepted), or until the patience is over. */
  async function send(path: string, makeRequest: () => RequestInit): Promise<Response> {
    const deadline = performance.now() + patienceMs
    for (let wait = 20; ; wait = Math.min(wait * 2, 500)) {
      const answer = await fetch(url + path, { ...makeRequest(), signal }).catch((error: Error) => error)
      signal.throwIfAborted()
      const isFinal = answer instanceof Response && answer.status < 500 && answer.status !== 429
      if (isFinal) return answer
      const problem = answer instanceof Response ? `${answer.status} ${await answer.text()}` : describe(answer)
      if (performance.now() > deadline) throw new Error(`${path} did not succeed in ${patienceMs / 1000} s: ${problem}`)
      repeats += 1
      await delay(wait, undefined, { signal })
    }
  }
  const api: Api = {
    url,
    repeats: () => repeats,
    call: async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const json = body === undefined ? undefined : JSON.stringify(body)
      const sent = json === undefined ? headers : { 'Content-Type': 'application/json', ...headers }
      const answer = await send(path, () => ({ method, headers: sent, body: json ?? null }))
      const text = await answer.text()
      if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as T
      throw new ApiError(answer.status, `${method} ${path} answered ${answer.status}: ${text.slice(0, 2000)}`)
    },
    upload: async (localPath) => {
      const answer = await send('/v1/blobs', () => ({
        method: 'PUT',
        headers: { 'Content-Type': 'application/octet-stream' },
        body: createReadStream(localPath) as unknown as BodyInit,
        duplex: 'half',
      }))
      if (!answer.ok) throw new ApiError(answer.status, `uploading ${localPath}: ${await answer.text()}`)
      return (await answer.json()) as { digest: string; sizeBytes: number }
    },
  }
  return api
}

function describe(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
