import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import type { Serving } from '../service.ts'
import { DeploymentPackage } from './model.ts'

export const packageOperations = [
  operation({
    name: 'deployments.package',
    http: 'GET /v1/deployments/{name}/package',
    summary: 'What is needed to serve a deployment elsewhere: versions, weights, rules and model files.',
    description: 'To make a folder that runs by itself, use `slipway deployments export`.',
    input: z.object({ name: z.string().describe('Name or id.') }),
    output: DeploymentPackage,
    errors: ['deployment_not_found', 'deployment_not_portable'],
    allow: 'deployments:read',
    subject: 'deployment:{name}',
    run: (serving: Serving, { name }) => serving.packageDeployment(name),
  }),
]
