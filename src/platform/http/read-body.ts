import type { IncomingMessage } from 'node:http'
import { kernelErrors } from '../../kernel/errors.ts'

/** The whole body. Throws `body_too_large` without reading further; rejects when the client goes away. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > limitBytes) return Promise.reject(kernelErrors.body_too_large({ limitBytes }))
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined
    let rest: Buffer[] | undefined
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size > limitBytes) {
        request.pause()
        reject(kernelErrors.body_too_large({ limitBytes }))
      } else if (first === undefined) first = chunk
      else if (rest === undefined) rest = [first, chunk]
      else rest.push(chunk)
    })
    request.on('end', () => resolve(rest === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(rest)))
    request.on('error', reject)
  })
}
