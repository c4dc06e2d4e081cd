/** The least that moves a file over HTTP: bytes from a socket to a file and back, neither hashed nor made durable. */
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'

const [port = '', file = ''] = process.argv.slice(2)
const chunk = { highWaterMark: 1 << 20 }

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'PUT') await pipeline(request, createWriteStream(file, chunk))
  if (request.method !== 'GET' || request.url === '/health') {
    response.end()
    return
  }
  response.setHeader('content-length', (await stat(file)).size)
  await pipeline(createReadStream(file, chunk), response)
}

createServer((request, response) => {
  answer(request, response).catch(() => response.destroy())
}).listen(Number(port), '127.0.0.1')
