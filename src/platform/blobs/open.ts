import { join, resolve } from 'node:path'
import type { Clock } from '../runtime/index.ts'
import type { Blobs } from './blobs.ts'
import { createCollector } from './collect.ts'
import { createContentStore } from './content-store.ts'
import { openDiskDriver } from './disk-driver.ts'
import type { BlobDriver } from './driver.ts'
import { createFileCache } from './file-cache.ts'
import { openS3Driver, type S3Credentials } from './s3-driver.ts'
import { sweepStaging } from './staging.ts'
import { createUploads } from './uploads.ts'
import { parseBlobUrl } from './url.ts'

interface BlobsOptions {
  /** `file:/path` or `s3://bucket/prefix?endpoint=…&region=…`. */
  readonly url: string
  /** Folder for what a remote store needs locally: files on their way up, and copies for readers that need a file. */
  readonly cacheDir: string
  readonly clock: Clock
  /** Bound of the local copies of a remote store; default 10 GiB. */
  readonly cacheLimitBytes?: number
  /** Readers that need a file get a copy even of what lies in a folder: one that is shared between hosts may go away. */
  readonly copiesFiles?: boolean
  /** S3 only; by default the SDK finds them: environment, profile, container or instance role. */
  readonly credentials?: S3Credentials
  /** S3 only: how long the store may be silent in the middle of a request; default 60 s. */
  readonly silentMs?: number
}

/** Staged files that a killed process left are removed once nobody has written to them for this long. */
const abandonedMs = 3_600_000

/** Opens the blob store behind a URL. Nothing remote is contacted before the first use. Throws `blob_url_invalid`. */
export async function openBlobs(options: BlobsOptions): Promise<Blobs> {
  const driver = await openDriver(options)
  await sweepStaging(driver.stagingFolder, options.clock.now() - abandonedMs)
  return createBlobs(driver, options)
}

function createBlobs(driver: BlobDriver, options: BlobsOptions): Blobs {
  const { cacheDir, clock, cacheLimitBytes = 10 * 2 ** 30 } = options
  const cache = createFileCache({ folder: cacheDir, limitBytes: cacheLimitBytes, clock })
  const { deleteUnused, ...store } = createContentStore(driver, {
    cache,
    clock,
    copiesFiles: options.copiesFiles ?? false,
  })
  return {
    ...store,
    ...createUploads(driver, store),
    ...createCollector(driver, deleteUnused, () => clock.now()),
  }
}

async function openDriver({ url, cacheDir, credentials, silentMs }: BlobsOptions): Promise<BlobDriver> {
  const location = parseBlobUrl(url)
  if ('folder' in location) return openDiskDriver(resolve(location.folder))
  return openS3Driver(location, join(cacheDir, 'staging'), { credentials, silentMs })
}
