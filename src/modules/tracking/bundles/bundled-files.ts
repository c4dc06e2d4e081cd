import { blobErrors } from '../../../platform/blobs/index.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { Artifacts } from '../artifacts/artifacts.ts'
import type { TrackingContext } from '../context.ts'
import type { BundledFile } from './run-bundle.ts'

/** The files of a run, a logged model or a trace that go with it from one server to another. */
export function createBundledFiles(ctx: TrackingContext, artifacts: Pick<Artifacts, 'storeArtifact' | 'listFiles'>) {
  return {
    list: async (ownerId: string): Promise<BundledFile[]> =>
      (await artifacts.listFiles(ownerId)).map(({ path, digest, sizeBytes }) => ({ path, digest, sizeBytes })),

    /** Bytes come first: whoever names them before they are here is told which. Throws `blob_not_found`. */
    hold: async (files: readonly BundledFile[]): Promise<void> => {
      for (const { digest } of files) {
        if ((await ctx.blobs.hold(digest)) === undefined) throw blobErrors.blob_not_found({ digest })
      }
    },

    store: async (tx: Tx, ownerId: string, files: readonly BundledFile[]): Promise<void> => {
      for (const { path, digest, sizeBytes } of files) {
        await artifacts.storeArtifact(ownerId, path, digest, sizeBytes, tx)
      }
    },
  }
}

export type BundledFiles = ReturnType<typeof createBundledFiles>
