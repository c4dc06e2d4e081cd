import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import type { Delivery } from '../service.ts'
import { AbTest, StartAbTest } from './model.ts'

export const abTestOperations = [
  operation({
    name: 'abTests.start',
    http: 'POST /v1/deployments/{deployment}/ab-tests',
    summary: 'Split a deployment between versions and compare them on rewards until one is surely better.',
    description:
      'The intervals hold at all times at once, so it may be looked at, and ended, at any time. Rewards come from labels; ' +
      'each key of the split counts once.',
    input: StartAbTest,
    output: AbTest,
    errors: [
      'deployment_not_found',
      'rollout_active',
      'deployment_busy',
      'split_invalid',
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
      examples: [
        `slipway ab-tests start iris --variants '[{"name":"a","ref":"1","weight":50},{"name":"b","ref":"2","weight":50}]'`,
      ],
    },
    run: (delivery: Delivery, input) => delivery.startAbTest(input),
  }),
  operation({
    name: 'abTests.list',
    http: 'GET /v1/ab-tests',
    summary: 'List A/B tests, newest first.',
    input: z.object({ ...pageQuery, deployment: z.string().optional() }),
    output: pageOf(AbTest),
    allow: 'deployments:read',
    subject: 'abTests',
    run: (delivery: Delivery, input) => delivery.listAbTests(input),
  }),
  operation({
    name: 'abTests.get',
    http: 'GET /v1/ab-tests/{id}',
    summary: 'Show an A/B test: means, intervals over time, shares, and the decision with its evidence.',
    input: z.object({ id: z.string() }),
    output: AbTest,
    errors: ['ab_test_not_found'],
    allow: 'deployments:read',
    subject: 'abTest:{id}',
    run: (delivery: Delivery, { id }) => delivery.getAbTest(id),
  }),
  operation({
    name: 'abTests.stop',
    http: 'POST /v1/ab-tests/{id}/stop',
    summary: 'End an A/B test without a decision. The split stays.',
    input: z.object({ id: z.string(), reason: z.string().max(1000).optional() }),
    output: AbTest,
    errors: ['ab_test_not_found'],
    allow: 'deployments:write',
    subject: 'abTest:{id}',
    run: (delivery: Delivery, { id, reason }) => delivery.stopAbTest(id, reason),
  }),
]
