/** The worker thread of `hash-thread.ts`. */
import { answerRequests } from '../runtime/index.ts'
import type { HashAnswer, HashRequest } from './hash-thread.ts'
import { type HashedFile, hashedFile } from './hashed-file.ts'

const files = new Map<number, HashedFile>()

answerRequests<HashRequest, HashAnswer>(run, (answer) => (answer instanceof Uint8Array ? [answer.buffer] : []))

async function run(request: HashRequest): Promise<HashAnswer> {
  const { fd } = request
  if (request.act === 'write' && request.isFirst) files.set(fd, hashedFile(fd))
  const file = files.get(fd)
  if (request.act === 'leave') {
    await file?.leave()
    files.delete(fd)
    return undefined
  }
  // Its beginning was hashed by a thread that is gone; a digest of the rest would be taken for that of the whole.
  if (file === undefined) throw new Error('the hashing thread ended in the middle of this file')
  if (request.act === 'finish') return file.finish()
  await file.write([request.bytes])
  return request.bytes
}
