import { createInterface } from 'node:readline'
import { blobErrors, type Collection } from '../../platform/blobs/index.ts'
import type { Context } from './context.ts'
import { holdBlobs } from './held-blobs.ts'
import { DatasetFile, datasetErrors } from './model.ts'

/** About two million files. */
const limitBytes = 256 << 20

export interface StoredBlobs {
  /** The file list that was stored as a blob, checked. A list that large does not fit into a request. */
  readFileList(digest: string): Promise<DatasetFile[]>
  /** Those of the digests under which nothing is stored; what is stored is held. */
  missingBlobs(digests: readonly string[]): Promise<string[]>
  /** Reads stored bytes back and compares them with their digest. Throws `blob_not_found`, `blob_corrupt`. */
  verifyBlob(digest: string): Promise<{ digest: string; sizeBytes: number }>
  /** Removes bytes that no module names any more; a dry run only counts. */
  collectBlobs(input: { dryRun: boolean; olderThanMs: number }): Promise<Collection>
}

export function createStoredBlobs({ blobs, blobRoots }: Context): StoredBlobs {
  return {
    // One JSON object per line.
    readFileList: async (digest) => {
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
    },

    missingBlobs: async (digests) => {
      const unique = [...new Set(digests)]
      const found = await holdBlobs(blobs, unique)
      return unique.filter((_digest, index) => found[index] === undefined)
    },

    verifyBlob: async (digest) => {
      await blobs.verify(digest)
      return (await blobs.find(digest)) ?? { digest, sizeBytes: 0 }
    },

    collectBlobs: (options) => blobs.collect(blobRoots(), options),
  }
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
