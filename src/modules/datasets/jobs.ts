import { z } from 'zod'
import { defineJob, handleJob, type JobHandler } from '../../kernel/job.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { Context } from './context.ts'
import { describeManifest } from './table-reader.ts'

/** Counts rows and lists columns of a new version's tables, away from the request that made it. */
const describeJob = defineJob('datasets.describe', z.object({ manifest: z.string() }), { concurrency: 1 })

export async function enqueueDescribe(ctx: Context, tx: Tx, manifest: string): Promise<void> {
  await ctx.jobs.enqueue(tx, describeJob, { manifest }, { dedupe: manifest })
}

export function datasetJobs(ctx: Context): JobHandler[] {
  return [handleJob(describeJob, ({ payload }) => describeManifest(ctx, payload.manifest))]
}
