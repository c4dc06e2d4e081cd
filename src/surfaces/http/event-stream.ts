import { Readable } from 'node:stream'
import type { Event } from '../../kernel/event.ts'
import type { RawRoute } from '../../kernel/route.ts'
import type { Events } from '../../platform/events/index.ts'
import { inputError } from './field-problems.ts'

/**
 * `GET /v1/events`: the outbox as server-sent events. `id:` is the event's seq; `Last-Event-ID` (or `?after=`) resumes
 * behind it, `?types=a,b` filters (`registry.*` takes a family), and a comment every 15 s keeps proxies from closing it.
 * Without a position the stream begins with what happens next; a negative one counts back from the newest, so `?after=-50`
 * first tells about the last fifty events. Rows are read only as fast as the client takes them.
 */
export function eventRoute(events: Pick<Events, 'follow' | 'list'>, heartbeatMs = 15_000): RawRoute {
  return {
    method: 'GET',
    path: '/v1/events',
    summary: 'Live events as a server-sent event stream; resumes after Last-Event-ID.',
    body: 'none',
    allow: 'events:read',
    run: async (request) => {
      const after = await startOf(request.headers['last-event-id'] ?? request.query.get('after'), events)
      const wanted = createFilter(request.query.get('types'))
      return {
        headers: {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        },
        body: Readable.from(frames(events.follow(after, request.signal), { wanted, heartbeatMs }), {
          objectMode: false,
          highWaterMark: 64 * 1024,
        }),
      }
    },
  }
}

async function startOf(given: string | string[] | null | undefined, events: Pick<Events, 'list'>): Promise<number> {
  const seq = given === undefined || given === null || given === '' ? Number.NEGATIVE_INFINITY : Number(given)
  if (seq !== Number.NEGATIVE_INFINITY && !Number.isSafeInteger(seq))
    throw inputError([{ path: 'Last-Event-ID', message: 'must be the id of an event: a whole number', value: given }])
  if (seq >= 0) return seq
  const [newest] = await events.list({ limit: 1 })
  return seq === Number.NEGATIVE_INFINITY ? (newest?.seq ?? 0) : Math.max(0, (newest?.seq ?? 0) + seq)
}

/** `registry.*,tracking.run.finished`; everything without a list. */
function createFilter(types: string | null): (type: string) => boolean {
  const patterns = (types ?? '').split(',').filter((pattern) => pattern !== '')
  if (patterns.length === 0) return () => true
  return (type) =>
    patterns.some((pattern) => (pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern))
}

/** Text frames, with a heartbeat whenever the source is silent for too long. Ends quietly when the source aborts. */
async function* frames(
  source: AsyncIterable<Event>,
  { wanted, heartbeatMs }: { wanted: (type: string) => boolean; heartbeatMs: number },
): AsyncGenerator<string> {
  // Sent at once, so that the client sees an open stream before the first event; 2 s is its wait before reconnecting.
  yield 'retry: 2000\n\n'
  const iterator = source[Symbol.asyncIterator]()
  const ask = () => {
    const asked = iterator.next()
    // Looked at when the client has room, which may be long after the source has failed.
    asked.catch(() => undefined)
    return asked
  }
  let next = ask()
  try {
    for (;;) {
      const result = await withTimeout(next, heartbeatMs)
      if (result === 'silent') {
        yield ': still here\n\n'
        continue
      }
      if (result.done === true) return
      next = ask()
      if (wanted(result.value.type)) yield frame(result.value)
    }
  } catch (error) {
    if (!isAbort(error)) throw error
  } finally {
    await iterator.return?.()
  }
}

function frame(event: Event): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}

async function withTimeout<T>(promise: Promise<T>, ms: number): Promise<T | 'silent'> {
  let timer: NodeJS.Timeout | undefined
  const silent = new Promise<'silent'>((resolve) => {
    timer = setTimeout(resolve, ms, 'silent')
    timer.unref()
  })
  try {
    return await Promise.race([promise, silent])
  } finally {
    clearTimeout(timer)
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || /stopping|went away/.test(error.message))
}
