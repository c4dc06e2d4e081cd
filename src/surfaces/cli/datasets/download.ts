import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { defineErrors } from '../../../kernel/errors.ts'
import { retry } from '../../../kernel/retry.ts'
import { type DatasetFile, type DatasetVersion, isSlipwayError, type Transport } from '../../../sdk/index.ts'

export interface DownloadOptions {
  /** `flights@3`, `flights@latest`, `flights` or the id of a version. */
  readonly version: string
  readonly folder: string
  /** Only files whose path begins so. */
  readonly prefix?: string
  /** Replace files that are there with other content. */
  readonly overwrite?: boolean
}

export interface DownloadContext {
  readonly send: Transport['raw']
  readonly signal?: AbortSignal
  readonly onBytes?: (bytes: number, totalBytes: number) => void
}

export interface Downloaded {
  readonly version: DatasetVersion
  readonly folder: string
  readonly fileCount: number
  readonly fetchedCount: number
  readonly fetchedBytes: number
}

export const downloadErrors = defineErrors({
  file_in_the_way: [
    'conflict',
    '{count} file(s) in {folder} have other content, first {first}.',
    'Choose another folder, or pass --overwrite.',
  ],
  path_outside: ['invalid', 'The path {path} would be written outside {folder}.', 'Choose an empty folder.'],
  download_damaged: ['unavailable', 'What arrived of {path} is not what the version names.', 'Run the command again.'],
})

const parallelDownloads = 8

/** Brings a version's files into a folder: verified, only what is missing, and continued where it was interrupted. */
export async function downloadDataset(context: DownloadContext, options: DownloadOptions): Promise<Downloaded> {
  const address = addressOf(options.version)
  const version = (await (await context.send('GET', address)).json()) as DatasetVersion
  // The version is fixed now: `latest` may move while files are fetched.
  const fixed = addressOf(version.id)
  const files = await listFiles(context, fixed, options.prefix)
  const folder = resolve(options.folder)
  await mkdir(folder, { recursive: true })
  const wanted = await missingFiles(files, folder, options.overwrite === true)
  const totalBytes = wanted.reduce((sum, file) => sum + file.sizeBytes, 0)
  const rest = wanted.values()
  const work = async () => {
    for (const file of rest) {
      await fetchFile(context, `${fixed}/files/${file.path.split('/').map(encodeURIComponent).join('/')}`, file)
      context.onBytes?.(file.sizeBytes, totalBytes)
    }
  }
  await Promise.all(Array.from({ length: parallelDownloads }, work))
  return { version, folder, fileCount: files.length, fetchedCount: wanted.length, fetchedBytes: totalBytes }
}

function addressOf(ref: string): string {
  const [dataset = '', version = 'latest'] = ref.split('@')
  // An id says everything; the name beside it is not looked at.
  const parts = ref.startsWith('dsv_') ? ['-', ref] : [dataset, version]
  return `/v1/datasets/${parts.map(encodeURIComponent).join('/versions/')}`
}

async function listFiles({ send }: DownloadContext, address: string, prefix = ''): Promise<DatasetFile[]> {
  const files: DatasetFile[] = []
  let cursor: string | undefined
  do {
    const query = new URLSearchParams({
      limit: '1000',
      ...(prefix === '' ? {} : { prefix }),
      ...(cursor ? { cursor } : {}),
    })
    const page = (await (await send('GET', `${address}/files?${query}`)).json()) as {
      items: DatasetFile[]
      nextCursor?: string
    }
    files.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return files
}

type Wanted = DatasetFile & { readonly target: string }

async function missingFiles(files: readonly DatasetFile[], folder: string, overwrite: boolean): Promise<Wanted[]> {
  const wanted: Wanted[] = []
  const inTheWay: string[] = []
  for (const file of files) {
    const target = await targetOf(folder, file.path)
    const facts = await stat(target).catch(() => undefined)
    if (facts?.size === file.sizeBytes && (await digestOf(target)) === file.digest) continue
    if (facts !== undefined && !overwrite) inTheWay.push(file.path)
    wanted.push({ ...file, target })
  }
  const [first] = inTheWay
  if (first !== undefined) throw downloadErrors.file_in_the_way({ count: inTheWay.length, folder, first })
  return wanted
}

/** Where the file goes. Neither its path nor a link that lies in the folder may lead out of it. */
async function targetOf(folder: string, path: string): Promise<string> {
  const target = join(folder, ...path.split('/'))
  const outside = () => downloadErrors.path_outside({ path, folder })
  if (!target.startsWith(folder + sep)) throw outside()
  const [parent, root] = [await realParent(target), await realpath(folder)]
  if (parent !== root && !parent.startsWith(root + sep)) throw outside()
  await mkdir(dirname(target), { recursive: true })
  return target
}

/** The nearest folder above that exists, with links resolved. */
async function realParent(path: string): Promise<string> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const real = await realpath(folder).catch(() => undefined)
    if (real !== undefined) return real
  }
}

async function fetchFile(context: DownloadContext, address: string, file: Wanted): Promise<void> {
  const part = `${file.target}.${file.digest.slice(0, 8)}.part`
  const shouldRetry = (error: unknown) => !isSlipwayError(error) || [0, 429, 502, 503, 504].includes(error.status)
  const { signal } = context
  const policy = { attempts: 5, firstDelayMs: 200, maxDelayMs: 5000, shouldRetry, ...(signal ? { signal } : {}) }
  await retry(policy, () => appendRest(context, address, { ...file, target: part }))
  if ((await digestOf(part)) !== file.digest) {
    await rm(part, { force: true })
    throw downloadErrors.download_damaged({ path: file.path })
  }
  await rename(part, file.target)
}

/** Fetches what a part file still lacks. */
async function appendRest({ send, signal }: DownloadContext, address: string, file: Wanted): Promise<void> {
  const handle = await open(file.target, 'a')
  try {
    const { size } = await handle.stat()
    if (size >= file.sizeBytes) return
    const headers = { range: `bytes=${size}-`, 'if-range': `"${file.digest}"` }
    const answer = await send('GET', address, { headers, ...(signal ? { signal } : {}) })
    if (answer.status === 200 && size > 0) await handle.truncate(0)
    for await (const chunk of answer.body ?? []) await handle.appendFile(chunk)
  } finally {
    await handle.close()
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return hash.digest('hex')
}
