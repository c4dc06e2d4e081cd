import { Agent, type ClientRequest, type RequestOptions, request } from 'node:http'

export interface ClientEnd {
  /** Requests that were answered before one failed. */
  readonly answers: number
  /** The one that failed was sent over a connection that had answered before: somebody cut it off. */
  readonly wasCutOff: boolean
}

/** A client that keeps one connection busy, request after request with a breath between them, until one fails. */
export async function askUntilItFails(url: string, options: RequestOptions = {}, body?: string): Promise<ClientEnd> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (let answers = 0; ; answers++) {
    const failed = await new Promise<ClientRequest | undefined>((resolve) => {
      const asked = request(url, { ...options, agent }, (response) =>
        response.resume().on('end', () => resolve(undefined)),
      )
      asked.on('error', () => resolve(asked)).end(body)
    })
    if (failed !== undefined) return { answers, wasCutOff: failed.reusedSocket }
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
  }
}
