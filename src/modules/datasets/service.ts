import type { Readable } from 'node:stream'
import type { Page, PageQuery } from '../../kernel/paging.ts'
import type { ByteRange, Collection } from '../../platform/blobs/index.ts'
import type { Tx } from '../../platform/db/index.ts'
import { changeDataset, createDataset, deleteDataset, ensureDataset, getDataset, listDatasets } from './catalog.ts'
import type { Context } from './context.ts'
import { diffFiles } from './diff.ts'
import { readFileList } from './file-list.ts'
import { missingBlobs } from './held-blobs.ts'
import {
  type Dataset,
  type DatasetFile,
  type DatasetVersion,
  datasetErrors,
  type FullDatasetVersion,
  type Preview,
  type Profile,
  type VersionDiff,
} from './model.ts'
import { previewBlob, previewTable, type Sample, sampleTable } from './preview.ts'
import { profileTable } from './profile.ts'
import type { NewVersion } from './requests.ts'
import { selectFile, selectFiles } from './store.ts'
import {
  createCheckedVersion,
  createVersion,
  deleteVersion,
  findVersion,
  getVersion,
  listFiles,
  listVersions,
  withFiles,
} from './versions.ts'

/** A file of a version, opened: all of it, or the range. */
export interface OpenFile {
  readonly file: DatasetFile
  readonly body: Readable
}

/**
 * What other modules may call. `ref` is `name@3`, `name@latest`, `name` (the latest) or a `dsv_` id. Writing functions
 * take an open transaction as last argument when the caller has more to make true together with them.
 */
export interface Datasets {
  createDataset(input: { name: string; description?: string | undefined }): Promise<Dataset>
  /** The dataset of that name, made when there is none. */
  ensureDataset(input: { name: string; description?: string | undefined }, tx?: Tx): Promise<Dataset>
  listDatasets(input: PageQuery & { search?: string | undefined }): Promise<Page<Dataset>>
  getDataset(dataset: string): Promise<Dataset>
  updateDataset(input: { dataset: string; description: string }): Promise<Dataset>
  deleteDataset(input: { dataset: string; withVersions: boolean }): Promise<void>

  /**
   * Idempotent: the same files as the newest version answer that version. Throws `dataset_files_invalid`. Inside a
   * transaction the blobs are not looked up, for only database calls belong there: the caller has just written them.
   */
  createVersion(input: NewVersion, tx?: Tx): Promise<FullDatasetVersion>
  /** Throws `dataset_version_not_found`, `dataset_version_deleted`, `dataset_ref_invalid`. */
  getVersion(ref: string): Promise<FullDatasetVersion>
  findVersion(ref: string): Promise<FullDatasetVersion | undefined>
  /** The version without its files: cheap whatever their number. */
  getVersionSummary(ref: string): Promise<DatasetVersion>
  listVersions(input: PageQuery & { dataset: string }): Promise<Page<DatasetVersion>>
  listFiles(input: PageQuery & { ref: string; prefix?: string | undefined }): Promise<Page<DatasetFile>>
  deleteVersion(ref: string): Promise<void>
  /** Throws `dataset_file_not_found` beside what `getVersion` throws. */
  getFile(ref: string, path: string): Promise<DatasetFile>
  openFile(ref: string, path: string, range?: ByteRange): Promise<OpenFile>
  diffVersions(from: string, to: string): Promise<VersionDiff>

  preview(input: { ref: string; path?: string | undefined; limit: number; offset: number }): Promise<Preview>
  /** The first rows of stored bytes; the ending of `path` says what they are. Throws `blob_not_found`, `dataset_no_table`. */
  previewBlob(input: { digest: string; path: string; limit: number; offset: number }): Promise<Preview>
  profile(input: { ref: string; path?: string | undefined }): Promise<Profile>
  /** Random rows for statistics, values as they are. Throws `dataset_no_table` beside what `getVersion` throws. */
  sample(input: { ref: string; path?: string | undefined; rows: number }): Promise<Sample>

  /** The file list that was stored as a blob, checked. */
  readFileList(digest: string): Promise<DatasetFile[]>
  /** Those of the digests under which nothing is stored; what is stored is held. */
  missingBlobs(digests: readonly string[]): Promise<string[]>
  /** Reads stored bytes back and compares them with their digest. Throws `blob_not_found`, `blob_corrupt`. */
  verifyBlob(digest: string): Promise<{ digest: string; sizeBytes: number }>
  /** Removes bytes that no module names any more; a dry run only counts. */
  collectBlobs(input: { dryRun: boolean; olderThanMs: number }): Promise<Collection>
}

export function createDatasets(ctx: Context): Datasets {
  const { read } = ctx.db
  return {
    createDataset: (input) => createDataset(ctx, input),
    ensureDataset: (input, tx) => ensureDataset(ctx, input, tx),
    listDatasets: (input) => listDatasets(ctx, input),
    getDataset: (dataset) => getDataset(ctx, dataset),
    updateDataset: (input) => changeDataset(ctx, input),
    deleteDataset: (input) => deleteDataset(ctx, input),

    createVersion: (input, tx) =>
      tx === undefined ? createCheckedVersion(ctx, input) : createVersion(ctx, tx.typed(), input),
    getVersion: async (ref) => withFiles(read, await getVersion(read, ref)),
    async findVersion(ref) {
      const version = await findVersion(read, ref)
      return version === undefined ? undefined : withFiles(read, version)
    },
    getVersionSummary: (ref) => getVersion(read, ref),
    listVersions: (input) => listVersions(ctx, input),
    listFiles: (input) => listFiles(ctx, input),
    deleteVersion: (ref) => deleteVersion(ctx, ref),
    getFile: (ref, path) => getFile(ctx, ref, path),
    async openFile(ref, path, range) {
      const file = await getFile(ctx, ref, path)
      return { file, body: await ctx.blobs.read(file.digest, range) }
    },
    diffVersions: (from, to) => diffVersions(ctx, from, to),

    preview: async ({ ref, ...query }) => previewTable(ctx, await getVersion(read, ref), query),
    previewBlob: (input) => previewBlob(ctx, input),
    sample: async ({ ref, ...query }) => sampleTable(ctx, await getVersion(read, ref), query),
    profile: async ({ ref, path }) => profileTable(ctx, await getVersion(read, ref), path),

    missingBlobs: (digests) => missingBlobs(ctx.blobs, digests),
    readFileList: (digest) => readFileList(ctx.blobs, digest),
    async verifyBlob(digest) {
      await ctx.blobs.verify(digest)
      return (await ctx.blobs.find(digest)) ?? { digest, sizeBytes: 0 }
    },
    collectBlobs: (options) => ctx.blobs.collect(ctx.blobRoots(), options),
  }
}

async function getFile(ctx: Context, ref: string, path: string): Promise<DatasetFile> {
  const version = await getVersion(ctx.db.read, ref)
  const file = await selectFile(ctx.db.read, version.digest, path)
  if (file === undefined) throw datasetErrors.dataset_file_not_found({ version: ref, path })
  return file
}

async function diffVersions(ctx: Context, from: string, to: string): Promise<VersionDiff> {
  const [before, after] = await Promise.all([from, to].map((ref) => getVersion(ctx.db.read, ref)))
  if (before === undefined || after === undefined) throw datasetErrors.dataset_version_not_found({ version: to })
  const [old, current] = await Promise.all([before, after].map(({ digest }) => selectFiles(ctx.db.read, digest)))
  return { from: before.id, to: after.id, ...diffFiles(old ?? [], current ?? []) }
}
