import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { local } from '../../kernel/actor.ts'
import type { Event } from '../../kernel/event.ts'
import { eventRoute } from './event-stream.ts'

function event(seq: number, payload: object = {}): Event {
  return { seq, type: 'boats.launched', subject: 'Fram', payload, actor: local, at: 0 }
}

/** Opens the stream over a source of events. */
async function open(follow: (after: number, signal: AbortSignal) => AsyncIterable<Event>, after = '0') {
  const stop = new AbortController()
  const route = eventRoute({ follow, list: async () => [event(41)] }, 20)
  const query = new URLSearchParams(after === '' ? {} : { after })
  const answer = await route.run({ headers: {}, query, signal: stop.signal } as never)
  return { stream: answer.body as Readable, stop }
}

describe('the event stream', () => {
  it('frames events for EventSource and stops with its caller', async () => {
    const { stream, stop } = await open(async function* (_after, signal) {
      yield event(7, { tons: 3 })
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    let text = ''
    for await (const chunk of stream) {
      text += chunk
      if (text.includes('data: ')) stop.abort(new DOMException('gone', 'AbortError'))
    }
    expect(text).toContain(
      'id: 7\nevent: boats.launched\ndata: {"seq":7,"type":"boats.launched","subject":"Fram","payload":{"tons":3},"actor":{"id":"local","kind":"local"},"at":0}\n\n',
    )
  })

  // A rejection that nobody has taken yet when it happens ends the server; vitest reports it.
  it('ends with the failure of its source, also while a slow client has not asked for more', async () => {
    const { stream } = await open(async function* () {
      yield event(7, { cargo: 'x'.repeat(200_000) })
      await new Promise((resolve) => setTimeout(resolve, 10))
      throw new Error('the database is away')
    })
    const read = stream[Symbol.asyncIterator]()
    await read.next()
    await new Promise((resolve) => setTimeout(resolve, 40))
    const rest = async () => {
      while ((await read.next()).done !== true);
    }
    await expect(rest()).rejects.toThrow('the database is away')
  })

  it('begins behind the newest event when no position is given', async () => {
    const asked: number[] = []
    const { stream } = await open((after) => {
      asked.push(after)
      return Readable.from([])
    }, '')
    stream.resume()
    await new Promise((done) => stream.on('end', done))
    expect(asked).toEqual([41])
  })

  it('sends a comment while nothing happens, so that no proxy closes it', async () => {
    const { stream, stop } = await open((_after, signal) => new Readable({ objectMode: true, read: () => {}, signal }))
    let text = ''
    for await (const chunk of stream) {
      text += chunk
      if (text.split(': still here\n\n').length > 2) stop.abort()
    }
    expect(text.startsWith('retry: 2000\n\n')).toBe(true)
  })

  it('reads no further than its client takes', async () => {
    let read = 0
    const { stream } = await open(async function* () {
      for (let seq = 1; seq <= 100_000; seq++) {
        read = seq
        yield event(seq, { cargo: 'x'.repeat(1000) })
      }
    })
    await new Promise((resolve) => stream.once('readable', resolve))
    await new Promise((resolve) => setTimeout(resolve, 50))
    // 64 kB of buffer hold about sixty of these events.
    expect(read).toBeGreaterThan(10)
    expect(read).toBeLessThan(200)
    stream.destroy()
  })
})
