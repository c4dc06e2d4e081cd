import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import type { Scoring } from '../service.ts'
import { Shadow, ShadowDifferences, ShadowReport, StartShadow } from './model.ts'

export const shadowOperations = [
  operation({
    name: 'shadows.start',
    http: 'POST /v1/deployments/{deployment}/shadows',
    summary: 'Give a version a copy of a share of the requests, after they are answered, and compare what it says.',
    description:
      'It runs in a process of its own at the lowest priority: if it crashes or hangs, nobody notices but its own report. ' +
      'What it cannot keep up with is dropped and counted.',
    input: StartShadow,
    output: Shadow,
    errors: [
      'deployment_not_found',
      'model_not_servable',
      'model_not_found',
      'model_version_not_found',
      'model_alias_not_found',
    ],
    allow: 'deployments:write',
    subject: 'deployment:{deployment}',
    cli: { args: ['deployment', 'ref'], examples: ['slipway shadows start iris 3 --sample 10'] },
    run: (scoring: Scoring, input) => scoring.startShadow(input),
  }),
  operation({
    name: 'shadows.list',
    http: 'GET /v1/shadows',
    summary: 'List shadows, newest first.',
    input: z.object({ ...pageQuery, deployment: z.string().optional() }),
    output: pageOf(Shadow),
    allow: 'deployments:read',
    subject: 'shadows',
    run: (scoring: Scoring, input) => scoring.listShadows(input),
  }),
  operation({
    name: 'shadows.get',
    http: 'GET /v1/shadows/{id}',
    summary: 'Show a shadow: how often and how far its answers are from those the clients got.',
    input: z.object({ id: z.string() }),
    output: ShadowReport,
    errors: ['shadow_not_found'],
    allow: 'deployments:read',
    subject: 'shadow:{id}',
    run: (scoring: Scoring, { id }) => scoring.getShadow(id),
  }),
  operation({
    name: 'shadows.differences',
    http: 'GET /v1/shadows/{id}/differences',
    summary: 'The rows on which a shadow fails, disagrees, or is farthest apart.',
    input: z.object({ id: z.string(), limit: z.coerce.number().int().min(1).max(200).default(20) }),
    output: ShadowDifferences,
    errors: ['shadow_not_found'],
    allow: 'deployments:read',
    subject: 'shadow:{id}',
    run: (scoring: Scoring, { id, limit }) => scoring.shadowDifferences(id, limit),
  }),
  operation({
    name: 'shadows.stop',
    http: 'POST /v1/shadows/{id}/stop',
    summary: 'End a shadow. What it found stays.',
    input: z.object({ id: z.string() }),
    output: Shadow,
    errors: ['shadow_not_found'],
    allow: 'deployments:write',
    subject: 'shadow:{id}',
    run: (scoring: Scoring, { id }) => scoring.stopShadow(id),
  }),
]
