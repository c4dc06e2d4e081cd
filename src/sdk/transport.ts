import { errorOf, SlipwayError } from './slipway-error.ts'

export interface SlipwayOptions {
  /** `http://127.0.0.1:5000`; the default, '', is right for pages that the server itself serves. */
  readonly url?: string
  /** Sent as a Bearer token; a function is asked before each request. */
  readonly token?: string | (() => string | undefined)
  readonly headers?: Readonly<Record<string, string>>
  readonly fetch?: typeof fetch
  /** Attempts for requests that are safe to repeat; default 3, 1 turns retries off. */
  readonly attempts?: number
}

export interface CallOptions {
  readonly signal?: AbortSignal
}

/** What the generated methods say about themselves. */
export interface RouteFacts {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
}

export interface RawRequestOptions extends CallOptions {
  readonly body?: BodyInit
  readonly headers?: Readonly<Record<string, string>>
}

export interface Transport {
  /** Calls an operation: path parameters from the input, the rest as query (GET, DELETE) or JSON body. */
  call<Output>(route: RouteFacts, input: object, options?: CallOptions): Promise<Output>
  /** Any route, for bytes and streams: authenticated, and failures thrown as `SlipwayError`. Never repeated. */
  raw(method: string, path: string, options?: RawRequestOptions): Promise<Response>
}

export function createTransport(options: SlipwayOptions = {}): Transport {
  const send = createSender(options)
  return {
    call: async <Output>(route: RouteFacts, input: object, { signal }: CallOptions = {}) => {
      const { path, rest } = fillPath(route.path, input)
      const usesQuery = route.method === 'GET' || route.method === 'DELETE'
      const hasBody = !usesQuery && Object.keys(rest).length > 0
      const attempt = async () => {
        const response = await send(route.method, usesQuery ? path + queryText(rest) : path, {
          headers: { accept: 'application/json', ...(hasBody ? { 'content-type': 'application/json' } : {}) },
          ...(hasBody ? { body: JSON.stringify(rest) } : {}),
          ...(signal === undefined ? {} : { signal }),
        })
        return response.json().catch((cause: unknown) => {
          // The connection broke in the middle of the answer: as good as none. Text that is no JSON is something else.
          throw cause instanceof SyntaxError || signal?.aborted ? cause : unreachable(options.url ?? '', cause)
        })
      }
      // POST and PATCH may have been done although the answer was lost: they are never repeated.
      const attempts = usesQuery || route.method === 'PUT' ? (options.attempts ?? 3) : 1
      return (await repeat(attempt, attempts, signal)) as Output
    },
    raw: send,
  }
}

type Send = (method: string, path: string, options?: RawRequestOptions) => Promise<Response>

function createSender(options: SlipwayOptions): Send {
  const base = (options.url ?? '').replace(/\/+$/, '')
  return async (method, path, { headers, ...request } = {}) => {
    const token = typeof options.token === 'function' ? options.token() : options.token
    const init: RequestInit & { duplex?: 'half' } = {
      method,
      ...request,
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), ...options.headers, ...headers },
    }
    // A body that streams must say so; the standard has no other value yet.
    if (request.body instanceof ReadableStream) init.duplex = 'half'
    const response = await (options.fetch ?? fetch)(base + path, init).catch((cause: unknown) => {
      throw request.signal?.aborted ? cause : unreachable(base, cause)
    })
    if (!response.ok) throw await errorOf(response)
    return response
  }
}

function unreachable(base: string, cause: unknown): SlipwayError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause)
  return new SlipwayError(
    0,
    {
      code: 'unreachable',
      detail: `No answer from ${base || 'the server'}: ${inner}.`,
      hint: 'Is the server running? Start one with "slipway serve".',
    },
    { cause },
  )
}

function fillPath(template: string, input: object): { path: string; rest: Record<string, unknown> } {
  const rest: Record<string, unknown> = { ...input }
  const path = template.replace(/\{(\w+)\*?\}/g, (whole, name: string) => {
    const value = rest[name]
    delete rest[name]
    if (value === undefined || value === '')
      throw new TypeError(`${name} is missing: ${template} cannot be called without it`)
    return whole.endsWith('*}')
      ? String(value).split('/').map(encodeURIComponent).join('/')
      : encodeURIComponent(String(value))
  })
  return { path, rest }
}

/** Lists are repeated, objects are JSON, undefined is left out. */
function queryText(fields: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined)
        query.append(name, one !== null && typeof one === 'object' ? JSON.stringify(one) : String(one))
    }
  }
  return query.size === 0 ? '' : `?${query}`
}

/** Tries again after 429, 503 and lost connections, waiting 100 ms, 200 ms, … with jitter. */
async function repeat<T>(attempt: () => Promise<T>, attempts: number, signal: AbortSignal | undefined): Promise<T> {
  for (let number = 1; ; number++) {
    try {
      return await attempt()
    } catch (error) {
      const isPassing = error instanceof SlipwayError && [0, 429, 503].includes(error.status)
      if (!isPassing || number >= attempts || signal?.aborted) throw error
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** (number - 1) * (0.5 + Math.random())))
      signal?.throwIfAborted()
    }
  }
}
