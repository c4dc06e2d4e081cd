import { z } from 'zod'
import type { ForeignNames, ForeignValue } from '../foreign-names.ts'
import { MetricPoint } from '../metrics/metric.ts'
import { Lifecycle, Tags } from '../model.ts'

/** A model as a run logged it, before anybody registers it: the files it has are artifacts under its id. */

export const LoggedModelStatus = z.enum(['pending', 'ready', 'failed'])
export type LoggedModelStatus = z.infer<typeof LoggedModelStatus>

export const ModelMetric = MetricPoint.extend({
  key: z.string(),
  runId: z.string(),
  datasetName: z.string().optional(),
  datasetDigest: z.string().optional(),
})
export type ModelMetric = z.infer<typeof ModelMetric>

export const LoggedModel = z.object({
  id: z.string(),
  experimentId: z.string(),
  name: z.string(),
  modelType: z.string().optional(),
  sourceRunId: z.string().optional(),
  status: LoggedModelStatus,
  statusMessage: z.string().optional(),
  lifecycle: Lifecycle,
  params: Tags,
  tags: Tags,
  metrics: z.array(ModelMetric),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type LoggedModel = z.infer<typeof LoggedModel>

export interface NewLoggedModel {
  readonly id?: string | undefined
  readonly experimentId: string
  readonly name?: string | undefined
  readonly modelType?: string | undefined
  readonly sourceRunId?: string | undefined
  readonly params?: Tags | undefined
  readonly tags?: Tags | undefined
}

export interface LoggedModelQuery extends ForeignNames {
  readonly experimentIds?: readonly string[] | undefined
  readonly filter?: string | undefined
  readonly orderBy?: readonly string[] | undefined
  readonly fieldValue?: ForeignValue | undefined
  /** Only models that were measured on one of these, and conditions count only those measurements. */
  readonly datasets?: readonly DatasetScope[] | undefined
  /** A metric that the models are ordered by counts only where it was measured on one of these. */
  readonly orderDatasets?: readonly DatasetScope[] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface DatasetScope {
  readonly name: string
  readonly digest?: string | undefined
}
