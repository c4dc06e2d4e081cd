import { token } from '../../ground/client.ts'
import type { RowTensor } from './row-fields.ts'

export interface Answer {
  readonly outputs: readonly { readonly name: string; readonly data: readonly unknown[] }[]
  /** Absent when this request was not among the recorded share. */
  readonly predictionId: string | undefined
  readonly version: string | undefined
  /** Between sending and the whole answer, seen from this page. */
  readonly tookMs: number
}

/** One row over the Open Inference Protocol. Throws with what the server says. */
export async function predictRow(url: string, inputs: readonly RowTensor[]): Promise<Answer> {
  const started = performance.now()
  // By path: this page may have come by another name of the server.
  const response = await fetch(new URL(url, location.origin).pathname, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token.get() === '' ? {} : { authorization: `Bearer ${token.get()}` }),
    },
    body: JSON.stringify({ inputs }),
  })
  const text = await response.text()
  const tookMs = performance.now() - started
  if (!response.ok) throw new Error(messageOf(text) ?? `The server answered ${response.status}.`)
  const { outputs, model_version: version } = JSON.parse(text)
  return { outputs, version, predictionId: response.headers.get('slipway-prediction-id') ?? undefined, tookMs }
}

function messageOf(text: string): string | undefined {
  try {
    const { error, message } = JSON.parse(text)
    return typeof error === 'string' ? error : message
  } catch {
    return text === '' ? undefined : text.slice(0, 500)
  }
}
