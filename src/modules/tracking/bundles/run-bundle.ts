import { z } from 'zod'
import { LoggedModel } from '../logged-models/logged-model.ts'
import { Tags } from '../model.ts'
import { RunInput, RunOutput } from '../runs/link.ts'
import { Run } from '../runs/run.ts'

/**
 * A run as another server needs it to have the same run: all that was logged into it but the points of its metrics
 * (`runs log`) and the bytes of its files (blobs).
 */

/** Epoch milliseconds or a duration, as the databases keep them. */
export const wholeMs = z.number().int()
const digest = z.string().regex(/^[0-9a-f]{64}$/)
export const BundledFile = z.object({
  path: z.string().min(1).max(1024),
  digest,
  sizeBytes: z.number().int().nonnegative(),
})
export type BundledFile = z.infer<typeof BundledFile>

const changes = z.record(z.string(), z.string().nullable()).describe('Merged; null removes one.')

export const BundledModel = LoggedModel.omit({ experimentId: true, sourceRunId: true, updatedAt: true }).extend({
  createdAt: wholeMs,
  files: z.array(BundledFile).max(10_000),
})
export type BundledModel = z.infer<typeof BundledModel>

export const RunBundle = Run.omit({ metrics: true, stepRunId: true, createdBy: true }).extend({
  /** How many points each metric has. */
  metrics: z.array(z.object({ key: z.string(), count: z.number().int() })),
  inputs: z.array(RunInput),
  outputs: z.array(RunOutput),
  files: z.array(BundledFile),
  /** Logged models that the run made. */
  models: z.array(BundledModel),
})
export type RunBundle = z.infer<typeof RunBundle>

const GivenRun = Run.pick({ name: true, status: true, startedAt: true, endedAt: true, parentRunId: true, source: true })

/** What is absent stays as it is, so that only changes need to be sent. */
export const RunBundleChanges = GivenRun.partial().extend({
  startedAt: wholeMs.optional(),
  endedAt: wholeMs.optional(),
  params: Tags.optional(),
  tags: changes.optional(),
  inputs: z.array(RunInput).max(1000).optional(),
  outputs: z.array(RunOutput).max(1000).optional(),
  files: z.array(BundledFile).max(10_000).optional(),
  models: z
    .array(BundledModel.partial().required({ id: true }))
    .max(1000)
    .optional(),
})
export type RunBundleChanges = z.infer<typeof RunBundleChanges>
