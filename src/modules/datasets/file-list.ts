import { createInterface } from 'node:readline'
import { type Blobs, blobErrors } from '../../platform/blobs/index.ts'
import { DatasetFile, datasetErrors } from './model.ts'

/** About two million files. */
const limitBytes = 256 << 20

/** Reads a stored list of files, one JSON object per line. A list that large does not fit into a request. */
export async function readFileList(blobs: Blobs, digest: string): Promise<DatasetFile[]> {
  const sizeBytes = (await blobs.find(digest))?.sizeBytes ?? 0
  if (sizeBytes > limitBytes) throw blobErrors.blob_too_large({ digest, sizeBytes, limitBytes })
  const files: DatasetFile[] = []
  const lines = createInterface({ input: await blobs.read(digest), crlfDelay: Number.POSITIVE_INFINITY })
  let line = 0
  for await (const text of lines) {
    line += 1
    if (text === '') continue
    files.push(readFile(text, (problem) => datasetErrors.file_list_invalid({ line, digest, problem })))
  }
  return files
}

function readFile(text: string, failure: (problem: string) => Error): DatasetFile {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw failure(error instanceof Error ? error.message : String(error))
  }
  const file = DatasetFile.safeParse(value)
  if (file.success) return file.data
  throw failure(file.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '))
}
