import { z } from 'zod'
import { defineEvent } from '../../../kernel/event.ts'

export const Artifact = z.object({
  path: z.string(),
  digest: z.string(),
  sizeBytes: z.number(),
  createdAt: z.number(),
})
export type Artifact = z.infer<typeof Artifact>

/** One row of a folder listing. */
export const ArtifactEntry = z.object({
  path: z.string(),
  isFolder: z.boolean(),
  sizeBytes: z.number().optional(),
  digest: z.string().optional(),
})
export type ArtifactEntry = z.infer<typeof ArtifactEntry>

export const artifactStored = defineEvent(
  'tracking.artifact.stored',
  'A file was stored with a run.',
  z.object({ runId: z.string(), path: z.string(), digest: z.string() }),
  { sentence: 'A run stored {path}', stream: 'runId' },
)
