import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import type { Scoring } from '../service.ts'
import { Replay, ReplayDifferences, StartReplay } from './model.ts'

const byId = z.object({ id: z.string() })

export const replayOperations = [
  operation({
    name: 'deployments.replay',
    http: 'POST /v1/deployments/{deployment}/replays',
    summary: 'Run recorded requests of a deployment through a version, before it gets a live one.',
    description: 'Answers at once; `replays.get` tells how far it is and, in the end, what it found.',
    input: StartReplay,
    output: Replay,
    errors: [
      'deployment_not_found',
      'model_not_servable',
      'replay_without_rows',
      'duration_invalid',
      'model_not_found',
      'model_version_not_found',
      'model_alias_not_found',
    ],
    allow: 'deployments:write',
    subject: 'deployment:{deployment}',
    cli: { args: ['deployment', 'ref'], examples: ['slipway deployments replay iris 3 --since 24h'] },
    run: (scoring: Scoring, input) => scoring.startReplay(input),
  }),
  operation({
    name: 'replays.list',
    http: 'GET /v1/replays',
    summary: 'List replays, newest first.',
    input: z.object({ ...pageQuery, deployment: z.string().optional() }),
    output: pageOf(Replay),
    allow: 'deployments:read',
    subject: 'replays',
    run: (scoring: Scoring, input) => scoring.listReplays(input),
  }),
  operation({
    name: 'replays.get',
    http: 'GET /v1/replays/{id}',
    summary: 'Show a replay: progress, agreement, quality beside what was served, the worst slices, latency.',
    input: byId,
    output: Replay,
    errors: ['replay_not_found'],
    allow: 'deployments:read',
    subject: 'replay:{id}',
    run: (scoring: Scoring, { id }) => scoring.getReplay(id),
  }),
  operation({
    name: 'replays.differences',
    http: 'GET /v1/replays/{id}/differences',
    summary: 'The rows on which the candidate fails, disagrees, or is farthest apart.',
    input: z.object({ id: z.string(), limit: z.coerce.number().int().min(1).max(200).default(20) }),
    output: ReplayDifferences,
    errors: ['replay_not_found'],
    allow: 'deployments:read',
    subject: 'replay:{id}',
    run: (scoring: Scoring, { id, limit }) => scoring.replayDifferences(id, limit),
  }),
  operation({
    name: 'replays.cancel',
    http: 'POST /v1/replays/{id}/cancel',
    summary: 'End a replay. What it has compared stays.',
    input: byId,
    output: Replay,
    errors: ['replay_not_found'],
    allow: 'deployments:write',
    subject: 'replay:{id}',
    run: (scoring: Scoring, { id }) => scoring.cancelReplay(id),
  }),
]
