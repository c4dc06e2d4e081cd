import { z } from 'zod'
import { Actor } from '../../../kernel/actor.ts'
import { ModelSignature } from '../../servables/index.ts'
import { DeploymentRouting, DeploymentSettings, deploymentName, servingErrors, Variant } from '../model.ts'

/**
 * `waiting`: declared, but its model has no version yet. `updating`: written down, the workers have not confirmed it.
 * `ready`: live. `failed`: the last change could not be made; what was live before still is, `problem` says why.
 */
export const DeploymentState = z.enum(['waiting', 'updating', 'ready', 'failed'])
export type DeploymentState = z.infer<typeof DeploymentState>

const LiveVariant = Variant.extend({
  isUnloaded: z
    .boolean()
    .optional()
    .describe('Released from memory, as nobody asked for it for a while; the next request loads it.'),
})

/** A stable endpoint over one model's versions. */
export const Deployment = z.object({
  id: z.string(),
  name: z.string(),
  model: z.string().describe('Name of the registered model.'),
  state: DeploymentState,
  variants: z.array(LiveVariant).describe('What is live now; the first takes what the others leave.'),
  routing: DeploymentRouting.optional().describe('Rules that go before the weights, if any.'),
  settings: DeploymentSettings.optional().describe('How it is served, where that was set.'),
  signature: ModelSignature.optional().describe('Of the variant with the largest weight.'),
  rolloutId: z.string().optional().describe('The rollout under way, if any.'),
  problem: z.string().optional(),
  progress: z
    .string()
    .optional()
    .describe('What is being done before a version can be served: `building the Python environment: …`.'),
  url: z.string().describe('Where one row is predicted with the Open Inference Protocol.'),
  changedBy: Actor.describe('In whose name it was changed last.'),
  createdAt: z.number(),
  updatedAt: z.number(),
})
export type Deployment = z.infer<typeof Deployment>

export const ApplyDeployment = z.object({
  name: deploymentName,
  model: z
    .string()
    .min(1)
    .max(200)
    .describe('A registered model, or one version of it: `iris`, `iris@champion`, `iris/3`.'),
  ref: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'Alias (`@champion`), version number or id, when `model` is a bare name. Absent: a new deployment takes alias champion, else the newest version, else waits; an existing one stays as it is.',
    ),
})
export type ApplyDeployment = z.infer<typeof ApplyDeployment>

export const StageVersion = z.object({
  name: deploymentName,
  ref: z.string().min(1).max(200).describe('Alias, version number or id of a version of the deployment’s model.'),
})
export type StageVersion = z.infer<typeof StageVersion>

export const RouteDeployment = z.object({ name: deploymentName, ...DeploymentRouting.shape })
export type RouteDeployment = z.infer<typeof RouteDeployment>

export const ConfigureDeployment = z.object({ name: deploymentName, ...DeploymentSettings.shape })
export type ConfigureDeployment = z.infer<typeof ConfigureDeployment>

export const SplitDeployment = z.object({
  name: deploymentName,
  variants: z
    .array(
      z.object({
        name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
        ref: z.string().min(1).max(200).describe('Alias, version number or id of a version of the deployment’s model.'),
        weight: z.coerce.number().min(0).max(100),
      }),
    )
    .min(1)
    .max(10)
    .describe('Each with its percent of the requests; together 100. The first also takes what the others leave.'),
})
export type SplitDeployment = z.infer<typeof SplitDeployment>

export const TrafficQuery = z.object({
  name: z.string(),
  from: z.coerce.number().int().optional().describe('Epoch ms; default one hour before `to`.'),
  to: z.coerce.number().int().optional().describe('Epoch ms; default now.'),
})
export type TrafficQuery = z.infer<typeof TrafficQuery>

/** Throws `split_invalid` unless the weights sum to 100 (to a thousandth: thirds are allowed). */
export function checkSplit(variants: readonly { readonly weight: number }[]): void {
  const sum = variants.reduce((total, variant) => total + variant.weight, 0)
  if (Math.abs(sum - 100) > 0.001) throw servingErrors.split_invalid({ sum })
}
