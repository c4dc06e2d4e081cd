import { Agent, type ClientRequest, type RequestOptions, request } from 'node:http'

export interface BusyClient {
  /** Resolves with the first answer. */
  readonly answered: Promise<void>
  /** Resolves when a request fails: true when it was sent over a connection that had answered before, so somebody cut it off. */
  readonly wasCutOff: Promise<boolean>
}

/** A client that keeps one connection busy, request after request with a breath between them, until one fails. */
export function askUntilItFails(url: string, options: RequestOptions = {}, body?: string): BusyClient {
  const first = Promise.withResolvers<void>()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = () =>
    new Promise<ClientRequest | undefined>((resolve) => {
      const asked = request(url, { ...options, agent }, (response) =>
        response.resume().on('end', () => resolve(undefined)),
      )
      asked.on('error', () => resolve(asked)).end(body)
    })
  const askAgain = async (): Promise<boolean> => {
    for (;;) {
      const failed = await ask()
      if (failed !== undefined) return failed.reusedSocket
      first.resolve()
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
    }
  }
  return { answered: first.promise, wasCutOff: askAgain() }
}
