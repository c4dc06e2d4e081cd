import type { Readable } from 'node:stream'
import type { Page } from '../../kernel/paging.ts'
import type { ByteRange, Collection } from '../../platform/blobs/index.ts'
import type {
  Dataset,
  DatasetFile,
  DatasetVersion,
  FullDatasetVersion,
  Preview,
  Profile,
  VersionDiff,
} from './model.ts'

/** Paging as every list takes it. */
export interface PageInput {
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface NewVersion {
  /** Name or id; the dataset must exist (`ensureDataset`). */
  readonly dataset: string
  /** Bytes must already be in the blob store; at least one file. */
  readonly files: readonly DatasetFile[]
  readonly message?: string | undefined
  readonly producedBy?: { readonly stepRunId: string } | undefined
  /** Ids of the dataset versions it was made from. */
  readonly parents?: readonly string[] | undefined
  readonly metadata?: DatasetVersion['metadata'] | undefined
}

/** A file of a version, opened: all of it, or the range. */
export interface OpenFile {
  readonly file: DatasetFile
  readonly body: Readable
}

/** What other modules may call. `ref` is `name@3`, `name@latest`, `name` (the latest) or a `dsv_` id. */
export interface Datasets {
  createDataset(input: { name: string; description?: string | undefined }): Promise<Dataset>
  /** The dataset of that name, made when there is none. */
  ensureDataset(input: { name: string; description?: string | undefined }): Promise<Dataset>
  listDatasets(input: PageInput & { search?: string | undefined }): Promise<Page<Dataset>>
  getDataset(dataset: string): Promise<Dataset>
  updateDataset(input: { dataset: string; description: string }): Promise<Dataset>
  deleteDataset(input: { dataset: string; withVersions: boolean }): Promise<void>

  /** Idempotent: the same files as the newest version answer that version. Throws `dataset_files_invalid`. */
  createVersion(input: NewVersion): Promise<FullDatasetVersion>
  /** Throws `dataset_version_not_found`, `dataset_version_deleted`, `dataset_ref_invalid`. */
  getVersion(ref: string): Promise<FullDatasetVersion>
  findVersion(ref: string): Promise<FullDatasetVersion | undefined>
  /** The version without its files: cheap whatever their number. */
  getVersionSummary(ref: string): Promise<DatasetVersion>
  listVersions(input: PageInput & { dataset: string }): Promise<Page<DatasetVersion>>
  listFiles(input: PageInput & { ref: string; prefix?: string | undefined }): Promise<Page<DatasetFile>>
  deleteVersion(ref: string): Promise<void>
  openFile(ref: string, path: string, range?: ByteRange): Promise<OpenFile>
  diffVersions(from: string, to: string): Promise<VersionDiff>

  preview(input: { ref: string; path?: string | undefined; limit: number; offset: number }): Promise<Preview>
  profile(input: { ref: string; path?: string | undefined }): Promise<Profile>

  /** Removes bytes that no module names any more; a dry run only counts. */
  collectBlobs(input: { dryRun: boolean; olderThanMs: number }): Promise<Collection>
}
