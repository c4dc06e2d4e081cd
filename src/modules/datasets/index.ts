/**
 * Datasets: named series of immutable versions. A version is a manifest of files whose bytes lie in the blob store, so
 * its digest is the identity of its content and equal files are stored once.
 *
 * Promises: a version that was answered is whole and never changes; the same files as the newest version make no new
 * one; a bad file list writes nothing. Emits `datasets.version.created` and `datasets.version.deleted`.
 */
export {
  Column,
  Dataset,
  DatasetFile,
  DatasetVersion,
  datasetErrors,
  type FullDatasetVersion,
  Preview,
  Profile,
  parseVersionRef,
  type VersionRef,
  versionCreated,
  versionDeleted,
} from './model.ts'
export { operations } from './operations.ts'
export type { Datasets, NewVersion, OpenFile } from './service.ts'
