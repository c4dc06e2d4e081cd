import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import { Artifact, ArtifactEntry } from './artifact.ts'
import type { Artifacts } from './artifacts.ts'

const runId = z.string().min(1).max(256)

const listArtifacts = operation({
  name: 'runs.artifacts.list',
  http: 'GET /v1/runs/{runId}/artifacts',
  summary: 'List a folder of the files stored with a run.',
  input: z.object({
    runId,
    path: z.string().max(1024).optional().describe('Folder; default the root.'),
    isRecursive: z.stringbool().or(z.boolean()).default(false).describe('All files below it, and no folders.'),
  }),
  output: z.object({ items: z.array(ArtifactEntry) }),
  errors: ['run_not_found', 'artifact_path_invalid'],
  allow: 'runs:read',
  subject: 'run:{runId}',
  run: async (tracking: Artifacts, { runId: id, path, isRecursive }) => {
    if (!isRecursive) return { items: await tracking.listArtifacts(id, path) }
    const files = await tracking.listFiles(id, path)
    return {
      items: files.map(({ path: own, sizeBytes, digest }) => ({ path: own, isFolder: false, sizeBytes, digest })),
    }
  },
})

const storeArtifact = operation({
  name: 'runs.artifacts.store',
  http: 'POST /v1/runs/{runId}/artifacts',
  summary: 'Store a file with a run; its bytes are uploaded first with PUT /v1/blobs.',
  input: z.object({
    runId,
    path: z.string().min(1).max(1024),
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    sizeBytes: z.number().int().nonnegative(),
  }),
  output: Artifact,
  errors: ['run_not_found', 'run_not_active', 'artifact_path_invalid', 'blob_not_found'],
  allow: 'runs:write',
  subject: 'run:{runId}',
  status: 201,
  run: (tracking: Artifacts, input) => tracking.storeArtifact(input.runId, input.path, input.digest, input.sizeBytes),
})

export const artifactOperations = [listArtifacts, storeArtifact]
