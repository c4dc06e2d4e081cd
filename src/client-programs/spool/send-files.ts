import { missingFiles, uploadFiles } from '../../surfaces/cli/datasets/upload.ts'
import type { SyncContext } from './sync-context.ts'

interface SpooledFile {
  readonly path: string
  readonly digest: string
  readonly sizeBytes: number
}

/** Stores the bytes that the server lacks, large ones in pieces that an interrupted sending continues. */
export async function sendFiles(context: SyncContext, files: readonly SpooledFile[]): Promise<void> {
  if (files.length === 0) return
  const { send, signal } = context
  const onBytes = (bytes: number) => {
    context.sent.bytes += bytes
    context.onProgress()
  }
  const found = files.map((file) => ({ ...file, localPath: context.pathOf(file.digest) }))
  const missing = await missingFiles({ send, signal }, found)
  await uploadFiles({ send, signal, onBytes }, missing)
  context.sent.files += missing.length
}
