export interface JsonAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
}

/** Sends JSON (a string or bytes as they are) and reads JSON (text when it is none). Rejects only without a whole answer. */
export async function requestJson(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<JsonAnswer> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const answer = await fetch(url + path, {
    method,
    headers: { ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
  })
  return { status: answer.status, headers: answer.headers, body: parseJson(await answer.text()) }
}

/** The body of an answer that must be a good one. */
export async function callJson(...request: Parameters<typeof requestJson>): Promise<JsonAnswer['body']> {
  const { status, body } = await requestJson(...request)
  if (status >= 400) throw new Error(`${request[1]} ${request[2]}: ${status} ${JSON.stringify(body)}`)
  return body
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
