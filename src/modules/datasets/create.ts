import { createCatalog } from './catalog.ts'
import type { Context } from './context.ts'
import { createPreviews } from './preview.ts'
import { createProfiles } from './profile.ts'
import type { Datasets } from './service.ts'
import { createStoredBlobs } from './stored-blobs.ts'
import { createVersions } from './versions.ts'

export function createDatasets(ctx: Context): Datasets {
  return {
    ...createCatalog(ctx),
    ...createVersions(ctx),
    ...createPreviews(ctx),
    ...createProfiles(ctx),
    ...createStoredBlobs(ctx),
  }
}
