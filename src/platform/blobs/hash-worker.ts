/** The worker thread of `hash-thread.ts`. */
import { answerRequests } from '../runtime/index.ts'
import type { HashAnswer, HashRequest } from './hash-thread.ts'
import { type HashedFile, hashedFile } from './hashed-file.ts'

const files = new Map<number, HashedFile>()

answerRequests<HashRequest, HashAnswer>(run, (answer) => (answer instanceof Uint8Array ? [answer.buffer] : []))

async function run(request: HashRequest): Promise<HashAnswer> {
  const { fd, act } = request
  const file = files.get(fd) ?? hashedFile(fd)
  files.set(fd, file)
  if (act === 'finish') return file.finish()
  if (act === 'write') {
    await file.write([request.bytes])
    return request.bytes
  }
  await file.leave()
  files.delete(fd)
  return undefined
}
