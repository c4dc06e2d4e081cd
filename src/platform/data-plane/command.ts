import { request as httpRequest, type IncomingMessage } from 'node:http'

/** One HTTP exchange over a unix socket; resolves with the answer's head, body unread. */
export function exchange(socketPath: string, line: string, timeoutMs?: number): Promise<IncomingMessage> {
  const [method, path] = line.split(' ')
  return new Promise((resolve, reject) => {
    const request = httpRequest({ socketPath, method, path, agent: false })
    if (timeoutMs !== undefined)
      request.setTimeout(timeoutMs, () => request.destroy(new Error(`no answer to ${line} within ${timeoutMs} ms`)))
    request.on('response', resolve)
    request.on('error', reject)
    request.end()
  })
}

/** Sends a command to a worker and reads its JSON answer. Throws with the worker's own words when it refuses. */
export async function command<T>(socketPath: string, line: string, timeoutMs: number): Promise<T> {
  const response = await exchange(socketPath, line, timeoutMs)
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const body = JSON.parse(Buffer.concat(chunks).toString()) as T & { readonly error?: string }
  if (response.statusCode !== 200) throw new Error(body.error ?? `status ${response.statusCode}`)
  return body
}
