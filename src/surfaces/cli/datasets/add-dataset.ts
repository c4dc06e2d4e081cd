import { type DatasetVersion, isSlipwayError } from '../../../sdk/index.ts'
import { findFiles, type HashedFile, hashFiles } from './local-files.ts'
import type { TransferProgress } from './transfer-report.ts'
import { missingFiles, type UploadContext, uploadFiles } from './upload.ts'

export interface AddOptions {
  readonly name: string
  /** Files and folders on this machine. */
  readonly paths: readonly string[]
  readonly message?: string
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly parents?: readonly string[]
}

export interface Added {
  readonly version: DatasetVersion
  /** False when the newest version already had exactly these files. */
  readonly isNew: boolean
  readonly uploadedCount: number
  readonly uploadedBytes: number
}

/** So many files fit into a request; a longer list is stored as a blob of its own. */
const filesInRequest = 10_000

/**
 * Makes a dataset version from local files: reads and hashes them, sends what the server lacks, names them. Run again
 * after any failure it continues: nothing that arrived is sent twice, and the same files make no second version.
 */
export async function addDataset(
  context: Omit<UploadContext, 'onBytes'>,
  options: AddOptions,
  onProgress: (progress: TransferProgress) => void = () => undefined,
): Promise<Added> {
  const found = await findFiles(options.paths)
  const reading = tally('reading', found, onProgress)
  const files = await hashFiles(found, (file) => reading(file.sizeBytes, 1))
  await ensureDataset(context, options.name)
  const missing = await missingFiles(context, files)
  const uploading = tally('uploading', missing, onProgress)
  await uploadFiles({ ...context, onBytes: (bytes) => uploading(bytes, 0) }, missing)
  const before = await newestVersion(context, options.name)
  const version = await createVersion(context, options, files)
  return {
    version,
    isNew: version.version !== before,
    uploadedCount: missing.length,
    uploadedBytes: missing.reduce((sum, file) => sum + file.sizeBytes, 0),
  }
}

function tally(
  step: TransferProgress['step'],
  files: readonly { readonly sizeBytes: number }[],
  report: (progress: TransferProgress) => void,
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

const json = (body: unknown) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

async function ensureDataset({ send }: Pick<UploadContext, 'send'>, name: string): Promise<void> {
  try {
    await send('POST', '/v1/datasets', json({ name }))
  } catch (error) {
    if (!isSlipwayError(error, 'dataset_exists')) throw error
  }
}

async function newestVersion({ send }: Pick<UploadContext, 'send'>, name: string): Promise<number | undefined> {
  const dataset = (await (await send('GET', `/v1/datasets/${name}`)).json()) as { latestVersion?: number }
  return dataset.latestVersion
}

async function createVersion(
  { send }: Pick<UploadContext, 'send'>,
  { name, paths: _paths, ...more }: AddOptions,
  hashed: readonly HashedFile[],
): Promise<DatasetVersion> {
  const files = hashed.map(({ path, digest, sizeBytes }) => ({ path, digest, sizeBytes }))
  const list = files.length <= filesInRequest ? { files } : { fileList: await storeList(send, files) }
  const answer = await send('POST', `/v1/datasets/${name}/versions`, json({ ...more, ...list }))
  return (await answer.json()) as DatasetVersion
}

async function storeList(send: UploadContext['send'], files: readonly object[]): Promise<string> {
  const body = files.map((file) => JSON.stringify(file)).join('\n')
  const answer = await send('PUT', '/v1/blobs', { headers: { 'content-type': 'application/octet-stream' }, body })
  return ((await answer.json()) as { digest: string }).digest
}
