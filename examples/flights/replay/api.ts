/**
 * Slipway's client with patience: every request is repeated until the server has answered it. All requests of the replay
 * carry their own keys, so asking twice does nothing twice, and a server that was killed in between loses nothing.
 */
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { createSlipway, type Slipway } from '../../../src/sdk/index.ts'

export interface Api {
  readonly url: string
  readonly slipway: Slipway
  /** Stores a file and answers its digest. */
  upload(localPath: string): Promise<{ digest: string; sizeBytes: number }>
  /** How often a request had to be repeated. */
  repeats(): number
}

const patienceMs = 60_000

export function createApi(url: string, signal: AbortSignal): Api {
  let repeats = 0
  /** Tries until there is an answer below 500 (429 excepted), or until the patience is over. */
  const patientFetch: typeof fetch = async (address, request) => {
    const deadline = performance.now() + patienceMs
    for (let wait = 20; ; wait = Math.min(wait * 2, 400)) {
      const answer = await fetch(address, { ...request, signal }).catch((error: Error) => error)
      signal.throwIfAborted()
      if (answer instanceof Response && answer.status < 500 && answer.status !== 429) return answer
      const problem = answer instanceof Response ? `${answer.status} ${await answer.text()}` : reason(answer)
      if (performance.now() > deadline) throw new Error(`${address} failed for ${patienceMs / 1000} s: ${problem}`)
      repeats += 1
      await delay(wait, undefined, { signal })
    }
  }
  const slipway = createSlipway({ url, fetch: patientFetch, attempts: 1 })
  return {
    url,
    slipway,
    upload: async (localPath) => {
      // The files are days of flights, 80 kB each: whole in memory, so that they can be sent again.
      const answer = await slipway.raw('PUT', '/v1/blobs', { body: await readFile(localPath) })
      return (await answer.json()) as { digest: string; sizeBytes: number }
    },
    repeats: () => repeats,
  }
}

function reason(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
