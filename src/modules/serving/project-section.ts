import { z } from 'zod'
import { defineSection, type Resource } from '../../kernel/resource.ts'
import { deploymentName } from './model.ts'
import type { Serving } from './service.ts'

/** `deployments` in slipway.yaml. */
export const deploymentResource: Resource<Serving> = {
  noun: 'deployment',
  find: (serving, name) => serving.getDeployment(name),
  section: defineSection({
    key: 'deployments',
    name: deploymentName,
    schema: z.strictObject({
      model: z.string().min(1).max(200).describe('The registered model whose champion it serves.'),
    }),
    refersTo: ['model'],
    references: ({ model }) => [{ path: ['model'], noun: 'model', name: model }],
    apply: (serving: Serving, { name, entry }) => serving.applyDeployment({ name, model: entry.model }),
    decides: ['model'],
  }),
}
