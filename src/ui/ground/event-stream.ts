import type { ServerEvent } from '../../sdk/index.ts'

/**
 * The server's event stream with its connection state, which the SDK's `follow` does not tell. Over fetch: unlike
 * EventSource it sends the token and names every type without registration. Reconnects and resumes behind the last event.
 */
export type LiveState = 'connecting' | 'live' | 'offline'

export interface EventStreamOptions {
  /** Requests the path with the token; throws when refused. */
  readonly open: (path: string, signal: AbortSignal) => Promise<Response>
  readonly onEvent: (event: ServerEvent) => void
  readonly onState: (state: LiveState) => void
}

/** Follows the stream until the returned function is called. */
export function followEvents(options: EventStreamOptions): () => void {
  const controller = new AbortController()
  void keepFollowing(options, controller.signal)
  return () => controller.abort()
}

/** How many past events a page learns when it opens, for its list of what happened. */
const historyLength = 200

async function keepFollowing(options: EventStreamOptions, signal: AbortSignal): Promise<void> {
  let lastId: string | undefined
  let pauseMs = 500
  while (!signal.aborted) {
    options.onState('connecting')
    try {
      const response = await options.open(`/v1/events?after=${lastId ?? -historyLength}`, signal)
      if (response.body === null) throw new Error('the event stream has no body')
      options.onState('live')
      pauseMs = 500
      for await (const message of messages(response.body)) {
        lastId = message.id ?? lastId
        if (message.data !== '') options.onEvent(JSON.parse(message.data) as ServerEvent)
      }
    } catch {
      // The server stopped or the network went away: both are answered by trying again.
    }
    if (signal.aborted) return
    options.onState('offline')
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    pauseMs = Math.min(pauseMs * 2, 10_000)
  }
}

interface Message {
  readonly id: string | undefined
  readonly data: string
}

/** Messages of a stream (WHATWG HTML, "server-sent events"): fields end at a line, a message at an empty line. */
export async function* messages(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += decoder.decode(value, { stream: true })
      const blocks = rest.split(/\r?\n\r?\n/)
      rest = blocks.pop() ?? ''
      for (const block of blocks) yield parseMessage(block)
    }
  } finally {
    reader.releaseLock()
  }
}

function parseMessage(block: string): Message {
  let id: string | undefined
  const data: string[] = []
  for (const line of block.split(/\r?\n/)) {
    const [, field, value] = /^(\w+):? ?(.*)$/.exec(line) ?? []
    if (field === 'id') id = value
    if (field === 'data') data.push(value ?? '')
  }
  return { id, data: data.join('\n') }
}
