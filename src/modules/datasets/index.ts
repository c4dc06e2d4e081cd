/**
 * Datasets: named series of immutable versions. A version is a manifest of files whose bytes lie in the blob store, so
 * its digest is the identity of its content and equal files are stored once.
 *
 * Promises: a version that was answered is whole and never changes; the same files as the newest version make no new
 * one; a bad file list writes nothing. Emits `datasets.version.created` and `datasets.version.deleted`.
 */
import { defineModule } from '../../platform/platform.ts'
import { blobRoutes } from './blob-routes.ts'
import type { Context } from './context.ts'
import { createDatasets } from './create.ts'
import { fileRoutes } from './file-routes.ts'
import { blobRoots } from './garbage.ts'
import { datasetJobs } from './jobs.ts'
import { datasetLineage } from './lineage.ts'
import { versionCreated, versionDeleted } from './model.ts'
import { operations } from './operations.ts'
import { datasetResource } from './project-section.ts'
import { migrations } from './tables.ts'
import { uploadRoutes } from './upload-routes.ts'

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
export type { Sample } from './preview.ts'
export type { NewVersion } from './requests.ts'
export type { Datasets } from './service.ts'
export type { OpenFile } from './versions.ts'

export const datasets = defineModule({
  name: 'datasets',
  needs: {},
  config: {},
  migrations,
  events: [versionCreated, versionDeleted],
  operations,
  create: ({ platform }) => {
    const ctx: Context = { ...platform, db: platform.db.typed() }
    return { door: createDatasets(ctx), ctx }
  },
  routes: ({ door, ctx }) => [...blobRoutes(ctx.blobs), ...uploadRoutes(ctx.blobs), ...fileRoutes(door, ctx.blobs)],
  jobs: ({ ctx }) => datasetJobs(ctx),
  declares: { resources: [datasetResource], lineage: datasetLineage },
  blobRoots: ({ ctx }) => blobRoots(ctx),
})
