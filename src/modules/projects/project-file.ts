import { z } from 'zod'
import { PolicyDefinition } from '../automation/index.ts'
import { MonitorDefinition } from '../monitoring/index.ts'
import { PipelineDefinition, PipelineName, StepDefinition } from '../pipelines/index.ts'
import { deploymentName } from '../serving/index.ts'
import { GateDefinition } from '../validation/index.ts'

/**
 * What a person writes in slipway.yaml: sections of named things. A name is the key, so it is said once; everything else
 * is the definition that the module in charge takes.
 */

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,127}$/, 'letters, digits, ". _ -" and space, at most 128')
export const ProjectName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'letters, digits, ".", "_" and "-", beginning with a letter or digit')

const DatasetSection = z.strictObject({ description: z.string().max(10_000).default('') })

/** Steps by name; their order in the file is the order in which they are shown. */
const PipelineSection = z.strictObject({
  description: PipelineDefinition.shape.description,
  parameters: PipelineDefinition.shape.parameters,
  steps: z.record(StepDefinition.shape.name, StepDefinition.omit({ name: true })),
})

const Deliver = PolicyDefinition.shape.deliver.unwrap()
const Canary = Deliver.shape.canary.strict()

const DeploymentSection = z.strictObject({
  model: z.string().min(1).max(200).describe('The registered model whose champion it serves.'),
  canary: Canary.optional().describe('How a new version takes over; used by the policies that deliver here.'),
})

const PolicySection = z
  .strictObject({
    retrain: PolicyDefinition.shape.retrain.unwrap().strict().optional(),
    deliver: Deliver.extend({ canary: Canary.optional().describe('Default: that of the deployment.') })
      .strict()
      .optional(),
  })
  .refine((policy) => policy.retrain !== undefined || policy.deliver !== undefined, 'needs retrain, deliver or both')

export const ProjectFile = z.strictObject({
  project: ProjectName.describe('Name of the project.'),
  server: z.record(z.string(), z.unknown()).optional().describe('Settings of a server started in this folder.'),
  datasets: z.record(name, DatasetSection.nullable()).default({}),
  pipelines: z.record(PipelineName, PipelineSection).default({}),
  gates: z.record(name, GateDefinition.omit({ name: true }).strict()).default({}),
  deployments: z.record(deploymentName, DeploymentSection).default({}),
  monitors: z.record(name, MonitorDefinition.omit({ name: true }).strict()).default({}),
  policies: z.record(name, PolicySection).default({}),
})
export type ProjectFile = z.output<typeof ProjectFile>

/** The sections that hold named things, in the order in which they are applied. */
export const sections = ['datasets', 'pipelines', 'gates', 'deployments', 'monitors', 'policies'] as const
export type Section = (typeof sections)[number]

/** A pipeline as its module takes it. */
export function pipelineDefinition(file: ProjectFile, pipeline: string): PipelineDefinition | undefined {
  const section = file.pipelines[pipeline]
  if (section === undefined) return undefined
  const steps = Object.entries(section.steps).map(([step, rest]) => ({ name: step, ...rest }))
  return { ...section, name: pipeline, steps }
}

/** A policy as its module takes it: the canary comes from the deployment unless the policy has its own. */
export function policyDefinition(file: ProjectFile, policy: string): PolicyDefinition | undefined {
  const section = file.policies[policy]
  if (section === undefined) return undefined
  const { deliver } = section
  const canary = deliver?.canary ?? file.deployments[deliver?.deployment ?? '']?.canary
  return {
    name: policy,
    retrain: section.retrain,
    deliver: deliver === undefined || canary === undefined ? undefined : { ...deliver, canary },
  }
}
