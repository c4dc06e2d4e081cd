import { z } from 'zod'

export const SourceFile = z.strictObject({
  path: z.string().min(1).max(1024),
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex'),
  sizeBytes: z.number().int().min(0),
  executable: z.boolean().optional(),
})
export type SourceFile = z.output<typeof SourceFile>

/** The code beside a project's file or a pipeline's definition, as it was when they were applied. */
export const Source = z
  .strictObject({
    files: z.array(SourceFile).max(20_000),
    commit: z.string().max(64).optional().describe('Git commit the files were taken at.'),
    dirty: z.boolean().optional().describe('Whether the working tree differed from that commit.'),
    repository: z.string().max(500).optional(),
    changes: z
      .strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/), sizeBytes: z.number().int().min(0) })
      .optional()
      .describe('The difference to that commit, a text already stored as a blob.'),
  })
  .describe('The code the steps run: files already stored as blobs.')
export type Source = z.output<typeof Source>
