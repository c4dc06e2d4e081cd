import { z } from 'zod'
import { Nothing, operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import { deploymentName } from '../model.ts'
import type { ServingService } from '../service.ts'
import { ApplyDeployment, Deployment, DeploymentTraffic, SplitDeployment } from './model.ts'

const applyErrors = [
  'model_not_servable',
  'deployment_model_differs',
  'rollout_active',
  'data_plane_failed',
  'data_plane_away',
]

export const deploymentOperations = [
  operation({
    name: 'deployments.apply',
    http: 'PUT /v1/deployments/{name}',
    summary: 'Make a deployment, or point it at another version.',
    description: 'Answers when the new version is loaded and live. Repeating it changes nothing.',
    input: ApplyDeployment,
    output: Deployment,
    errors: applyErrors,
    allow: 'deployments:write',
    cli: {
      command: 'deploy',
      args: ['name', 'model'],
      examples: ['slipway deploy iris iris@champion', 'slipway deploy iris iris/3'],
    },
    run: (serving: ServingService, input) => serving.applyDeployment(input),
  }),
  operation({
    name: 'deployments.split',
    http: 'POST /v1/deployments/{name}/split',
    summary: 'Share the requests of a deployment between versions by fixed weights.',
    input: SplitDeployment,
    output: Deployment,
    errors: [...applyErrors, 'deployment_not_found', 'split_invalid'],
    allow: 'deployments:write',
    run: (serving: ServingService, input) => serving.splitDeployment(input),
  }),
  operation({
    name: 'deployments.list',
    http: 'GET /v1/deployments',
    summary: 'List deployments by name.',
    input: z.object(pageQuery),
    output: pageOf(Deployment),
    allow: 'deployments:read',
    run: (serving: ServingService, input) => serving.listDeployments(input),
  }),
  operation({
    name: 'deployments.get',
    http: 'GET /v1/deployments/{name}',
    summary: 'Show a deployment: what is live, with which weights.',
    input: z.object({ name: z.string().describe('Name or id.') }),
    output: Deployment,
    errors: ['deployment_not_found'],
    allow: 'deployments:read',
    run: (serving: ServingService, { name }) => serving.getDeployment(name),
  }),
  operation({
    name: 'deployments.delete',
    http: 'DELETE /v1/deployments/{name}',
    summary: 'Stop serving a deployment. Its predictions and labels stay.',
    input: z.object({ name: deploymentName }),
    output: Nothing,
    errors: ['deployment_not_found', 'rollout_active'],
    allow: 'deployments:write',
    run: async (serving: ServingService, { name }) => {
      await serving.deleteDeployment(name)
      return {}
    },
  }),
  operation({
    name: 'deployments.traffic',
    http: 'GET /v1/deployments/{name}/traffic',
    summary: 'Requests, errors and latency per variant, in total and over time.',
    input: z.object({
      name: z.string(),
      from: z.coerce.number().int().optional().describe('Epoch ms; default one hour before `to`.'),
      to: z.coerce.number().int().optional().describe('Epoch ms; default now.'),
    }),
    output: DeploymentTraffic,
    errors: ['deployment_not_found'],
    allow: 'deployments:read',
    run: (serving: ServingService, input) => serving.traffic(input),
  }),
]
