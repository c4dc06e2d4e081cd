import type { Tx } from '../../../platform/db/index.ts'
import { type TrackingContext, within } from '../context.ts'
import { trackingErrors } from '../model.ts'
import { findRunRow } from '../runs/run-store.ts'
import { type Artifact, type ArtifactEntry, artifactStored } from './artifact.ts'
import { checkArtifactPath, foldersAbove } from './artifact-path.ts'
import * as store from './artifact-store.ts'

export interface Artifacts {
  /** Binds a path of a run (or of a logged model) to bytes that are in the blob store; the newest binding wins. */
  storeArtifact(ownerId: string, path: string, digest: string, sizeBytes: number, tx?: Tx): Promise<Artifact>
  /** The entries directly in folder `path` (default the root), folders first by name; empty for a file. */
  listArtifacts(ownerId: string, path?: string): Promise<ArtifactEntry[]>
  /** Every file at or below `path`. */
  listFiles(ownerId: string, path?: string): Promise<Artifact[]>
  getArtifact(ownerId: string, path: string): Promise<Artifact>
  /** Deletes a file, or a folder with all in it; answers how many files that were. */
  deleteArtifacts(ownerId: string, path: string): Promise<number>
  /** Digests that stored artifacts name. */
  artifactDigests(): AsyncIterable<string>
}

/** Files of a run or of anything else with an id. Bytes are in the blob store before a row names them. */
export function createArtifacts(ctx: TrackingContext): Artifacts {
  return {
    storeArtifact: async (ownerId, path, digest, sizeBytes, tx) => {
      checkArtifactPath(path)
      const artifact = { path, digest, sizeBytes, createdAt: ctx.clock.now() }
      await within(
        ctx,
        tx,
        async (own) => {
          const run = await findRunRow(own.query, ownerId)
          if (run !== undefined && run.lifecycle !== 'active') throw trackingErrors.run_not_active({ run: ownerId })
          const clash = await store.findClash(own.query, ownerId, path, foldersAbove(path))
          if (clash !== undefined) {
            const problem = clash.startsWith(`${path}/`) ? 'it is a folder already' : `"${clash}" is a file`
            throw trackingErrors.artifact_path_invalid({ path, problem })
          }
          await store.upsertArtifact(own.query, ownerId, artifact)
          if (run !== undefined) await ctx.events.emit(own, artifactStored, ownerId, { runId: ownerId, path, digest })
        },
        'tracking.artifact.stored',
      )
      return artifact
    },

    listArtifacts: async (ownerId, path = '') => {
      if (path !== '') checkArtifactPath(path)
      return entriesOf(await store.listBelow(ctx.db.read, ownerId, path), path)
    },

    listFiles: async (ownerId, path = '') => {
      if (path !== '') checkArtifactPath(path)
      const file = path === '' ? undefined : await store.findArtifact(ctx.db.read, ownerId, path)
      return file === undefined ? store.listBelow(ctx.db.read, ownerId, path) : [file]
    },

    getArtifact: async (ownerId, path) => {
      const artifact = await store.findArtifact(ctx.db.read, ownerId, checkArtifactPath(path))
      if (artifact === undefined) throw trackingErrors.artifact_not_found({ owner: ownerId, path })
      return artifact
    },

    deleteArtifacts: async (ownerId, path) => {
      if (path !== '') checkArtifactPath(path)
      return ctx.db.transaction((tx) => store.deleteAt(tx.query, ownerId, path))
    },

    artifactDigests: () => store.artifactDigests(ctx.db.read),
  }
}

/** The direct children of a folder, folders first, each kind by name. */
function entriesOf(files: readonly Artifact[], folder: string): ArtifactEntry[] {
  const prefix = folder === '' ? '' : `${folder}/`
  const folders = new Set<string>()
  const leaves: ArtifactEntry[] = []
  for (const { path, sizeBytes, digest } of files) {
    const [name = '', ...rest] = path.slice(prefix.length).split('/')
    if (rest.length > 0) folders.add(prefix + name)
    else leaves.push({ path, isFolder: false, sizeBytes, digest })
  }
  return [...[...folders].map((path) => ({ path, isFolder: true })), ...leaves]
}
