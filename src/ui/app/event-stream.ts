/**
 * Server-sent events over fetch: unlike EventSource it sends the token, names every type without registration, and says
 * why a connection ended. Reconnects with growing pauses and resumes after the last event seen.
 */
export interface LiveEvent {
  readonly seq: number
  readonly type: string
  readonly subject: string
  readonly payload: unknown
  readonly at: number
}

export type LiveState = 'connecting' | 'live' | 'offline'

export interface EventStreamOptions {
  readonly url: string
  readonly headers: () => Record<string, string>
  readonly onEvent: (event: LiveEvent) => void
  readonly onState: (state: LiveState) => void
}

/** Follows the stream until the returned function is called. */
export function followEvents(options: EventStreamOptions): () => void {
  const controller = new AbortController()
  void keepFollowing(options, controller.signal)
  return () => controller.abort()
}

async function keepFollowing(options: EventStreamOptions, signal: AbortSignal): Promise<void> {
  let lastId: string | undefined
  let pauseMs = 500
  while (!signal.aborted) {
    options.onState('connecting')
    try {
      const headers = { ...options.headers(), ...(lastId === undefined ? {} : { 'Last-Event-ID': lastId }) }
      const response = await fetch(options.url, { headers: { accept: 'text/event-stream', ...headers }, signal })
      if (!response.ok || response.body === null) throw new Error(`events answered ${response.status}`)
      options.onState('live')
      pauseMs = 500
      for await (const message of messages(response.body)) {
        lastId = message.id ?? lastId
        if (message.data !== '') options.onEvent(JSON.parse(message.data) as LiveEvent)
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
