import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { checkUrl, guardedLookup, type UrlRules } from './address.ts'

export interface Sending {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly rules: UrlRules
  readonly signal: AbortSignal
}

export interface Answer {
  readonly status: number
  readonly text: string
  /** Milliseconds that the receiver asks to be left alone. */
  readonly retryAfterMs?: number | undefined
}

const keptCharacters = 2_000
const readBytes = 16_384

/** POSTs the body. Answers whatever status came, also a redirect; throws when no answer came. */
export function send({ url, headers, body, rules, signal }: Sending): Promise<Answer> {
  const target = checkUrl(url, rules)
  const request = target.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(body)
    const sent = request(target, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': bytes.length },
      agent: false,
      lookup: guardedLookup(rules),
      signal,
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      const end = () => {
        const text = Buffer.concat(chunks).toString().slice(0, keptCharacters)
        resolve({ status: response.statusCode ?? 0, text, retryAfterMs: retryAfter(response.headers['retry-after']) })
      }
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size <= readBytes) chunks.push(chunk)
        else {
          // A receiver that answers without end is heard this far.
          end()
          response.destroy()
        }
      })
      response.on('end', end)
      response.on('error', reject)
    })
    sent.end(bytes)
  })
}

function retryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined
}
