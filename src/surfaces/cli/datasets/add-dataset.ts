import { type DatasetVersion, isSlipwayError } from '../../../sdk/index.ts'
import type { HashedFile } from './local-files.ts'
import { readFiles, sendMissing } from './send-files.ts'
import type { Added, ReportProgress } from './transfer.ts'
import type { UploadContext } from './upload.ts'

export interface AddOptions {
  readonly name: string
  /** Files and folders on this machine. */
  readonly paths: readonly string[]
  readonly message?: string
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly parents?: readonly string[]
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
  onProgress: ReportProgress = () => undefined,
): Promise<Added> {
  const files = await readFiles(options.paths, onProgress)
  await ensureDataset(context, options.name)
  const sent = await sendMissing(context, files, onProgress)
  const before = await newestVersion(context, options.name)
  const version = await createVersion(context, options, files)
  return { version, isNew: version.version !== before, ...sent }
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
