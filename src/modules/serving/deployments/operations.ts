import { z } from 'zod'
import { Nothing, operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import { DeploymentTraffic } from '../../predictions/index.ts'
import { deploymentName } from '../model.ts'
import type { Serving } from '../service.ts'
import {
  ApplyDeployment,
  ConfigureDeployment,
  Deployment,
  RouteDeployment,
  SplitDeployment,
  StageVersion,
  TrafficQuery,
} from './model.ts'

const applyErrors = [
  'model_not_servable',
  'deployment_model_differs',
  'rollout_active',
  'deployment_busy',
  'model_not_found',
  'model_version_not_found',
  'model_alias_not_found',
  'data_plane_failed',
  'data_plane_away',
  'remote_model_away',
] as const

const named = z.object({ name: z.string().describe('Name or id.') })

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
    subject: 'deployment:{name}',
    cli: { args: ['name', 'model'], examples: ['slipway deployments apply iris iris@champion'] },
    run: (serving: Serving, input) => serving.applyDeployment(input),
  }),
  operation({
    name: 'deployments.split',
    http: 'POST /v1/deployments/{name}/split',
    summary: 'Share the requests of a deployment between versions by fixed weights.',
    input: SplitDeployment,
    output: Deployment,
    errors: [...applyErrors, 'deployment_not_found', 'split_invalid'],
    allow: 'deployments:write',
    subject: 'deployment:{name}',
    cli: {
      examples: [
        `slipway deployments split iris --variants '[{"name":"v1","ref":"1","weight":90},{"name":"v2","ref":"2","weight":10}]'`,
      ],
    },
    run: (serving: Serving, input) => serving.splitDeployment(input),
  }),
  operation({
    name: 'deployments.rollback',
    http: 'POST /v1/deployments/{name}/rollback',
    summary: 'Go back to the version that had all requests before.',
    description: 'A rollout under way is aborted. That version is still loaded, so this takes no time.',
    input: named,
    output: Deployment,
    errors: ['deployment_not_found', 'deployment_no_previous', 'data_plane_failed', 'data_plane_away'],
    allow: 'deployments:write',
    subject: 'deployment:{name}',
    cli: { examples: ['slipway deployments rollback iris'] },
    run: (serving: Serving, { name }) => serving.rollBackDeployment(name),
  }),
  operation({
    name: 'deployments.stage',
    http: 'POST /v1/deployments/{name}/stage',
    summary: 'Load a version beside the live one, without requests: the green of blue/green.',
    description:
      'Only requests that pin its version, or that a rule sends there, reach it. `deployments.switch` makes it live.',
    input: StageVersion,
    output: Deployment,
    errors: [...applyErrors, 'deployment_not_found', 'deployment_not_single'],
    allow: 'deployments:write',
    subject: 'deployment:{name}',
    cli: { args: ['name', 'ref'], examples: ['slipway deployments stage iris 3'] },
    run: (serving: Serving, input) => serving.stageVersion(input),
  }),
  operation({
    name: 'deployments.switch',
    http: 'POST /v1/deployments/{name}/switch',
    summary: 'Exchange the live and the staged version at once; again turns it around.',
    input: named,
    output: Deployment,
    errors: [
      'deployment_not_found',
      'deployment_not_staged',
      'rollout_active',
      'deployment_busy',
      'data_plane_failed',
      'data_plane_away',
    ],
    allow: 'deployments:write',
    subject: 'deployment:{name}',
    cli: { examples: ['slipway deployments switch iris'] },
    run: (serving: Serving, { name }) => serving.switchDeployment(name),
  }),
  operation({
    name: 'deployments.route',
    http: 'PUT /v1/deployments/{name}/routing',
    summary: 'Set who goes to which variant before the weights are asked: by header, and by which key callers stick.',
    input: RouteDeployment,
    output: Deployment,
    errors: ['deployment_not_found', 'data_plane_failed', 'data_plane_away'],
    allow: 'deployments:write',
    subject: 'deployment:{name}',
    cli: {
      examples: [
        `slipway deployments route iris --key-header x-user-id --rules '[{"header":"x-beta","value":"yes","variant":"v3"}]'`,
      ],
    },
    run: (serving: Serving, input) => serving.routeDeployment(input),
  }),
  operation({
    name: 'deployments.configure',
    http: 'PUT /v1/deployments/{name}/settings',
    summary: 'Set how a deployment is served, whichever versions are live. What is left out is the default again.',
    input: ConfigureDeployment,
    output: Deployment,
    errors: ['deployment_not_found', 'data_plane_failed', 'data_plane_away'],
    allow: 'deployments:write',
    subject: 'deployment:{name}',
    cli: { examples: ['slipway deployments configure iris --capture 10'] },
    run: (serving: Serving, input) => serving.configureDeployment(input),
  }),
  operation({
    name: 'deployments.list',
    http: 'GET /v1/deployments',
    summary: 'List deployments by name.',
    input: z.object(pageQuery),
    output: pageOf(Deployment),
    allow: 'deployments:read',
    subject: 'deployments',
    run: (serving: Serving, input) => serving.listDeployments(input),
  }),
  operation({
    name: 'deployments.get',
    http: 'GET /v1/deployments/{name}',
    summary: 'Show a deployment: what is live, with which weights.',
    input: z.object({ name: z.string().describe('Name or id.') }),
    output: Deployment,
    errors: ['deployment_not_found'],
    allow: 'deployments:read',
    subject: 'deployment:{name}',
    run: (serving: Serving, { name }) => serving.getDeployment(name),
  }),
  operation({
    name: 'deployments.delete',
    http: 'DELETE /v1/deployments/{name}',
    summary: 'Stop serving a deployment. Its predictions and labels stay.',
    input: z.object({ name: deploymentName }),
    output: Nothing,
    errors: ['deployment_not_found', 'rollout_active', 'deployment_busy'],
    allow: 'deployments:write',
    subject: 'deployment:{name}',
    run: async (serving: Serving, { name }) => {
      await serving.deleteDeployment(name)
      return {}
    },
  }),
  operation({
    name: 'deployments.traffic',
    http: 'GET /v1/deployments/{name}/traffic',
    summary: 'Requests, errors and latency per variant, in total and over time.',
    input: TrafficQuery,
    output: DeploymentTraffic,
    errors: ['deployment_not_found'],
    allow: 'deployments:read',
    subject: 'deployment:{name}',
    run: (serving: Serving, input) => serving.traffic(input),
  }),
]
