import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server of the Open Inference Protocol with one model `[-1, 2] -> [-1]`, whose answers a test writes itself. */
export interface RemoteServer {
  readonly url: string
  /** Requests for predictions so far, with their headers. */
  readonly asked: IncomingMessage[]
  /** What is answered next, and from then on. */
  answer: (response: ServerResponse) => void
  /** Connections that were made. */
  readonly connectionCount: number
  close(): Promise<void>
}

export async function remoteServer(port = 0): Promise<RemoteServer> {
  const asked: IncomingMessage[] = []
  let connectionCount = 0
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      if (request.url === '/v2/models/sum') return sendJson(response, metadata)
      if (request.url?.endsWith('/infer') !== true) return sendJson(response, { extensions: [] })
      asked.push(request)
      played.answer(response)
    })
  })
  server.on('connection', () => {
    connectionCount += 1
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const played: RemoteServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (response) => sendJson(response, output({ shape: [1], data: [0.5] })),
    get connectionCount() {
      return connectionCount
    },
    close: () => closeServer(server),
  }
  return played
}

const metadata = {
  name: 'sum',
  versions: ['1'],
  platform: 'played',
  inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 2] }],
  outputs: [{ name: 'sum', datatype: 'FP32', shape: [-1] }],
}

/** One output in the form of the protocol. */
export function output(of: object): object {
  return { model_name: 'sum', outputs: [{ name: 'sum', datatype: 'FP32', ...of }] }
}

export function sendJson(response: ServerResponse, body: object | string, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
