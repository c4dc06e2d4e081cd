import { once } from 'node:events'
import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { start } from '../../testing/boats-server.ts'

/** What comes back for these bytes until the server closes, or for as long as the last request asks it to. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = createConnection(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(bytes)
  return text(socket)
}

const host = 'Host: localhost\r\n'
const last = `GET /health HTTP/1.1\r\n${host}Connection: close\r\n\r\n`
const statuses = (answer: string) => Array.from(answer.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => Number(status))

// RFC 9112: message syntax and routing; a request that can be read in two ways must be refused (section 6.3, 11.2).
describe('bytes on the wire', () => {
  const open = async () => (await (await start()).listen({ host: '127.0.0.1', port: 0 })).port

  it.each([
    ['two lengths', 'Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'],
    ['a length and chunks', 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a length that is no number', 'Content-Length: +3\r\n\r\nabc'],
    ['a space before the colon', 'Content-Length : 3\r\n\r\nabc'],
    ['chunks of no size', 'Transfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ])('that have %s are refused, and nothing behind them is taken for a request', async (_name, rest) => {
    const answer = await exchange(await open(), `POST /models/m:predict HTTP/1.1\r\n${host}${rest}${last}`)
    expect(statuses(answer)).toEqual([400])
  })

  it('are answered in order when requests come at once', async () => {
    const get = (path: string) => `GET ${path} HTTP/1.1\r\n${host}\r\n`
    const answer = await exchange(await open(), get('/v1/numbers') + get('/v1/boats/none') + get('/v1/numbers') + last)
    expect(statuses(answer)).toEqual([200, 404, 200, 200])
  })

  it('may end in a body that no route takes: the connection serves the next request', async () => {
    const lost = `POST /v1/none HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 4\r\n\r\n{bad`
    expect(statuses(await exchange(await open(), lost + last))).toEqual([404, 200])
  })

  it('of a body above the limit are answered before it is read, and the connection ends', async () => {
    const port = await open()
    const sized = `POST /models/m:predict HTTP/1.1\r\n${host}Content-Length: 5000\r\n\r\n`
    expect(statuses(await exchange(port, sized))).toEqual([413])
    const chunk = `${(600).toString(16)}\r\n${'x'.repeat(600)}\r\n`
    const chunked = `POST /models/m:predict HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`
    expect(statuses(await exchange(port, chunked))).toEqual([413])
  })

  it('ask for the body by 100 only where it would be taken', async () => {
    const port = await open()
    const asking = (length: number) =>
      `POST /models/m:predict HTTP/1.1\r\n${host}Expect: 100-continue\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`
    expect(statuses(await exchange(port, `${asking(3)}abc`))).toEqual([100, 202])
    expect((await exchange(port, asking(5000))).split('\r\n')).toContain('HTTP/1.1 413 Payload Too Large')
  })

  it('are answered to HTTP/1.0 without chunks, and the connection ends', async () => {
    const answer = await exchange(await open(), 'GET /health HTTP/1.0\r\n\r\n')
    expect(statuses(answer)).toEqual([200])
    expect(answer.toLowerCase()).not.toContain('transfer-encoding')
  })
})
