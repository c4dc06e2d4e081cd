import { findFiles, type HashedFile, hashFiles } from './local-files.ts'
import type { ReportProgress, Sent, TransferProgress } from './transfer.ts'
import { missingFiles, type UploadContext, uploadFiles } from './upload.ts'

/** Reads and hashes the files under these paths. */
export async function readFiles(paths: readonly string[], onProgress: ReportProgress): Promise<HashedFile[]> {
  const found = await findFiles(paths)
  const reading = tally('reading', found, onProgress)
  return hashFiles(found, (file) => reading(file.sizeBytes, 1))
}

/** Stores what the server lacks. Run again after any failure it continues: nothing that arrived is sent twice. */
export async function sendMissing(
  context: Omit<UploadContext, 'onBytes'>,
  files: readonly HashedFile[],
  onProgress: ReportProgress,
): Promise<Sent> {
  const missing = await missingFiles(context, files)
  const uploading = tally('uploading', missing, onProgress)
  await uploadFiles({ ...context, onBytes: (bytes) => uploading(bytes, 0) }, missing)
  return { uploadedCount: missing.length, uploadedBytes: missing.reduce((sum, file) => sum + file.sizeBytes, 0) }
}

function tally(
  step: TransferProgress['step'],
  files: readonly { readonly sizeBytes: number }[],
  report: ReportProgress,
) {
  const totalBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0)
  let doneBytes = 0
  let doneFiles = 0
  return (bytes: number, count: number) => {
    doneBytes += bytes
    doneFiles += count
    report({ step, doneBytes, totalBytes, doneFiles, totalFiles: files.length })
  }
}
