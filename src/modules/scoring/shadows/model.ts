import { z } from 'zod'
import { defineEvent } from '../../../kernel/event.ts'
import { deploymentName } from '../../serving/index.ts'
import { Difference, DifferenceSummary } from '../model.ts'

/**
 * A version that gets a copy of a share of a deployment's requests after they are answered, in a process of its own. Its
 * answers are held against those the clients got, and told to nobody.
 */
export const Shadow = z.object({
  id: z.string(),
  deployment: z.string(),
  modelVersionId: z.string(),
  version: z.number().int(),
  sample: z.number().describe('Percent of the rows that it gets a copy of.'),
  state: z.enum(['running', 'stopped']),
  problem: z.string().optional().describe('Why its process ended last, while it has not answered again since.'),
  crashCount: z.number().int().describe('How often its process died or hung.'),
  scoredCount: z.number().int().describe('Rows it was given, failed ones included.'),
  droppedCount: z.number().int().describe('Rows it did not get because its queue was full.'),
  startedAt: z.number(),
  endedAt: z.number().optional(),
})
export type Shadow = z.infer<typeof Shadow>

export const ShadowReport = z.object({
  ...Shadow.shape,
  summary: DifferenceSummary.describe('Over the newest rows, up to 20 000.'),
})
export type ShadowReport = z.infer<typeof ShadowReport>

export const StartShadow = z.object({
  deployment: deploymentName,
  ref: z.string().min(1).max(200).describe('Alias, version number or id of a version of the deployment’s model.'),
  sample: z.coerce.number().gt(0).max(100).default(100).describe('Percent of the rows that it gets a copy of.'),
})
export type StartShadow = z.infer<typeof StartShadow>

export const ShadowDifferences = z.object({ items: z.array(Difference) })

const payload = z.object({ shadowId: z.string(), deployment: z.string(), modelVersionId: z.string() })

export const shadowStarted = defineEvent('serving.shadow.started', 'A version shadows a deployment.', payload, {
  sentence: 'A version shadows {deployment}',
})
export const shadowStopped = defineEvent('serving.shadow.stopped', 'A version shadows a deployment no more.', payload, {
  sentence: 'A version shadows {deployment} no more',
})
