import { z } from 'zod'

/** A virtual environment that was built for Python models on the host that answers. */
export const Environment = z.object({
  name: z.string().describe('Made of the requirements and the version of Python.'),
  python: z.string().describe('Version that it has.'),
  wantedPython: z
    .string()
    .optional()
    .describe('Version that the model was made with. Another minor one than `python`: this host does not have it.'),
  requirements: z.array(z.string()),
  sizeBytes: z.number().int(),
  builtAt: z.number(),
  lastUsedAt: z.number().describe('When a model was last opened in it.'),
  neededBy: z
    .array(z.string())
    .describe('Deployments whose live or waiting versions run in it, and conversions under way.'),
})
export type Environment = z.infer<typeof Environment>

export const RemoveEnvironments = z.object({
  name: z.string().max(100).optional().describe('Only this one. Default: every one that nothing needs.'),
  unusedFor: z.string().optional().describe('Only those in which no model was opened for so long: 30d, 12h.'),
  dryRun: z.boolean().default(false).describe('Only tell what would be removed.'),
})
export type RemoveEnvironments = z.output<typeof RemoveEnvironments>

export const RemovedEnvironments = z.object({
  removed: z.array(z.object({ name: z.string(), sizeBytes: z.number().int() })),
  keptCount: z.number().int(),
  freedBytes: z.number().int(),
})
export type RemovedEnvironments = z.infer<typeof RemovedEnvironments>
