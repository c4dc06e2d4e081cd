import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import { defineEvent } from '../../kernel/event.ts'

/** A deployment's name is the model name clients send, so it must fit a URL segment of every protocol. */
export const deploymentName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, ".", "_" and "-", beginning with a letter or digit')
  .describe('Name of a deployment; clients use it as the model name.')

const headerName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9-]+$/, 'the name of a header: letters, digits and "-"')
  .transform((name) => name.toLowerCase())

/** A variant as the data plane sees it; weights are percent and sum to 100. */
export const Variant = z.object({
  name: z.string().describe('`v3` for version 3, or the name given in a split.'),
  modelVersionId: z.string(),
  version: z.number().int().describe('Number of the model version in the registry.'),
  weight: z.number().min(0).max(100).describe('Percent of the requests.'),
})
export type Variant = z.infer<typeof Variant>

/** Who goes where, before the weights are asked. The same in every protocol; gRPC metadata counts as headers. */
export const DeploymentRouting = z.object({
  keyHeader: headerName
    .optional()
    .describe('Header whose value keeps a caller on one variant, beside `slipway-route-key`.'),
  rules: z
    .array(
      z.object({
        header: headerName,
        value: z.string().max(200),
        variant: z
          .string()
          .min(1)
          .max(100)
          .describe('Name of a variant. While it is not live the rule is passed over.'),
      }),
    )
    .max(20)
    .default([])
    .describe('The first rule whose header has its value decides.'),
})
export type DeploymentRouting = z.infer<typeof DeploymentRouting>

/** How a deployment is served, whichever versions are live. */
export const DeploymentSettings = z.object({
  capture: z.coerce
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe(
      'Percent of the predictions that are recorded; the others are only counted. Labels, rollouts and monitors see what is recorded. Default 100.',
    ),
  cacheBytes: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 34)
    .optional()
    .describe(
      'Answers that each worker keeps to give them again to equal requests, in bytes; least recently used go first. For models that answer equal inputs alike. Each still is a prediction with its own id. Default 0: none.',
    ),
  maxPending: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'Requests waiting for one version in one worker beyond which new ones are refused with "limited". Default and most: serving.maxPending.',
    ),
  queueTimeoutMs: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe('A request that waited longer for its turn is refused and not run; ms. Default: no limit.'),
  maxBatchRows: z.coerce
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'Rows of waiting requests that may share one run of the model; at most serving.maxBatchRows. Setting it says that the model answers each row by itself, whatever stands beside it; with 1 every request runs alone. Default: serving.maxBatchRows where trial rows showed that they do not touch each other, 1 for Python models, which may do anything.',
    ),
  unloadAfterMs: z.coerce
    .number()
    .int()
    .min(100)
    .max(7 * 24 * 3_600_000)
    .optional()
    .describe(
      'A model that nobody asked for this long is released from memory; the next request loads it and waits for that; ms. Default: it stays.',
    ),
})
export type DeploymentSettings = z.infer<typeof DeploymentSettings>

export const servingErrors = defineErrors({
  deployment_not_found: ['not_found', 'There is no deployment {name}.', 'slipway deployments list'],
  deployment_model_differs: [
    'conflict',
    'Deployment {name} serves model {model}, not {given}.',
    'Delete the deployment first, or choose another name.',
  ],
  data_plane_failed: [
    'internal',
    'The serving processes did not take over the change: {problem}',
    'The deployment stays as it was. Look at the worker logs in {logs}.',
  ],
  data_plane_away: [
    'unavailable',
    'The change of deployment {name} is written, but a serving process cannot be reached: {problem}',
    'It becomes live when the process is back; the same command again waits for that.',
  ],
  deployment_no_previous: [
    'conflict',
    'Deployment {name} has served no other version, so there is nothing to go back to.',
    'Deploy a version: slipway deploy {name} <model>@<alias>',
  ],
  deployment_not_single: [
    'conflict',
    'Deployment {name} shares its requests between {count} variants; this needs one version with all of them.',
    'Point the deployment at one version first: slipway deploy {name} <model>@<alias>',
  ],
  deployment_not_portable: ['conflict', 'Deployment {name} cannot be exported: {problem}', '{fix}'],
  deployment_not_staged: [
    'conflict',
    'Deployment {name} has no version that waits beside the live one.',
    'Load one first: slipway deployments stage {name} <version>',
  ],
  split_invalid: ['invalid', 'The weights of a split must sum to 100; these sum to {sum}.'],
  environment_not_found: [
    'not_found',
    'There is no Python environment {name} on this host.',
    'slipway environments list',
  ],
  environment_needed: [
    'conflict',
    'Python environment {name} is needed by {by}.',
    'Deploy another version first; what nothing needs can be removed.',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof servingErrors> {}
}

export const deploymentChanged = defineEvent(
  'serving.deployment.changed',
  'A deployment was made, or serves other versions or weights than before.',
  z.object({ deploymentId: z.string(), deployment: z.string(), model: z.string(), variants: z.array(Variant) }),
  {
    sentence: [
      'Deployment {deployment} serves {variants, each, v{version} at {weight}%}',
      'Deployment {deployment} serves nothing yet',
    ],
  },
)

export const deploymentDeleted = defineEvent(
  'serving.deployment.deleted',
  'A deployment is gone.',
  z.object({ deploymentId: z.string(), deployment: z.string() }),
  { sentence: 'Deployment {deployment} was deleted' },
)
