import { SlipwayError } from './slipway-error.ts'
import type { Transport } from './transport.ts'

/** Something that happened on the server. */
export interface ServerEvent {
  /** Grows, never reused: pass it as `after` to go on behind it. */
  readonly seq: number
  /** `registry.alias.moved` */
  readonly type: string
  /** Id of the thing it is about. */
  readonly subject: string
  readonly payload: Readonly<Record<string, unknown>>
  /** In whose name it happened: `token` is the operator, `run` a process of a tracking run, `system` a part of the server. */
  readonly actor: { readonly id: string; readonly kind: string }
  /** Epoch milliseconds. */
  readonly at: number
}

export interface FollowOptions {
  /** Begin behind this event; without it with what happens next. 0 is everything the server remembers. */
  readonly after?: number
  /** Only these types; `registry.*` takes a family. */
  readonly types?: readonly string[]
  readonly signal?: AbortSignal
}

/** Events as they happen, until the signal aborts. A lost connection is taken up again behind the last event seen. */
export async function* followEvents(transport: Transport, options: FollowOptions = {}): AsyncGenerator<ServerEvent> {
  const { signal, types } = options
  let after = options.after
  for (;;) {
    try {
      const query = new URLSearchParams({
        ...(types === undefined ? {} : { types: types.join(',') }),
        ...(after === undefined ? {} : { after: String(after) }),
      })
      const response = await transport.raw('GET', `/v1/events?${query}`, signal === undefined ? {} : { signal })
      for await (const event of eventsIn(response)) {
        if (signal?.aborted) return
        after = event.seq
        yield event
      }
    } catch (error) {
      if (signal?.aborted) return
      // A refusal will not change by asking again.
      if (error instanceof SlipwayError && error.status >= 400 && error.status < 500) throw error
    }
    if (signal?.aborted) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

async function* eventsIn(response: Response): AsyncGenerator<ServerEvent> {
  if (response.body === null) return
  const decoder = new TextDecoder()
  let buffer = ''
  for await (const chunk of response.body) {
    buffer += decoder.decode(chunk, { stream: true })
    const frames = buffer.split('\n\n')
    buffer = frames.pop() ?? ''
    for (const frame of frames) {
      const data = frame.split('\n').find((line) => line.startsWith('data: '))
      if (data !== undefined) yield JSON.parse(data.slice('data: '.length)) as ServerEvent
    }
  }
}

/** What is known of a type of event. */
export interface EventType {
  readonly summary: string
  /** The first whose fields are all there tells the event. */
  readonly sentences: readonly string[]
}
