import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import type { Delivery } from '../service.ts'
import { Bandit, StartBandit } from './model.ts'

export const banditOperations = [
  operation({
    name: 'bandits.start',
    http: 'POST /v1/deployments/{deployment}/bandits',
    summary: 'Let the weights of versions follow their rewards, by Thompson sampling.',
    input: StartBandit,
    output: Bandit,
    errors: [
      'deployment_not_found',
      'rollout_active',
      'deployment_busy',
      'variants_invalid',
      'model_not_servable',
      'data_plane_failed',
      'data_plane_away',
      'model_not_found',
      'model_version_not_found',
      'model_alias_not_found',
    ],
    allow: 'deployments:write',
    subject: 'deployment:{deployment}',
    cli: {
      args: ['deployment'],
      examples: [`slipway bandits start iris --variants '[{"name":"a","ref":"1"},{"name":"b","ref":"2"}]' --floor 10`],
    },
    run: (delivery: Delivery, input) => delivery.startBandit(input),
  }),
  operation({
    name: 'bandits.list',
    http: 'GET /v1/bandits',
    summary: 'List bandits, newest first.',
    input: z.object({ ...pageQuery, deployment: z.string().optional() }),
    output: pageOf(Bandit),
    allow: 'deployments:read',
    subject: 'bandits',
    run: (delivery: Delivery, input) => delivery.listBandits(input),
  }),
  operation({
    name: 'bandits.get',
    http: 'GET /v1/bandits/{id}',
    summary: 'Show a bandit: weights and rewards over time.',
    input: z.object({ id: z.string() }),
    output: Bandit,
    errors: ['bandit_not_found'],
    allow: 'deployments:read',
    subject: 'bandit:{id}',
    run: (delivery: Delivery, { id }) => delivery.getBandit(id),
  }),
  operation({
    name: 'bandits.stop',
    http: 'POST /v1/bandits/{id}/stop',
    summary: 'End a bandit. The weights stay as they are.',
    input: z.object({ id: z.string() }),
    output: Bandit,
    errors: ['bandit_not_found'],
    allow: 'deployments:write',
    subject: 'bandit:{id}',
    run: (delivery: Delivery, { id }) => delivery.stopBandit(id),
  }),
]
