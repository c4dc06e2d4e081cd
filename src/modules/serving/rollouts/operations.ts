import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import type { ServingService } from '../service.ts'
import { Rollout, StartRollout } from './model.ts'

const named = z.object({
  id: z.string(),
  reason: z.string().max(1000).optional().describe('Written into the history.'),
})

function command(
  verb: 'pause' | 'resume' | 'approve' | 'promote' | 'abort',
  summary: string,
  run: (serving: ServingService, id: string, reason?: string) => Promise<Rollout>,
) {
  return operation({
    name: `rollouts.${verb}`,
    http: `POST /v1/rollouts/{id}/${verb}`,
    summary,
    input: named,
    output: Rollout,
    errors: [
      'rollout_not_found',
      'rollout_state_wrong',
      ...(verb === 'approve' ? (['rollout_needs_no_approval'] as const) : []),
      'data_plane_failed',
      'data_plane_away',
    ],
    allow: 'deployments:write',
    subject: 'rollout:{id}',
    run: (serving: ServingService, { id, reason }) => run(serving, id, reason),
  })
}

export const rolloutOperations = [
  operation({
    name: 'rollouts.start',
    http: 'POST /v1/rollouts',
    summary: 'Bring a candidate in by steps, judged against the champion on joined labels.',
    description:
      'A step ends when it has its predictions and labels and every check passes; it is rolled back when a check fails or when the data does not come in time.',
    input: StartRollout,
    output: Rollout,
    status: 201,
    errors: [
      'deployment_not_found',
      'rollout_active',
      'deployment_busy',
      'replay_without_rows',
      'rollout_needs_champion',
      'rollout_needs_single',
      'rollout_same_version',
      'rollout_steps_invalid',
      'model_not_servable',
      'data_plane_failed',
      'data_plane_away',
    ],
    allow: 'deployments:write',
    subject: 'deployment:{deployment}',
    cli: { args: ['deployment', 'ref'], examples: ['slipway rollouts start iris @candidate'] },
    run: (serving: ServingService, input) => serving.startRollout(input),
  }),
  operation({
    name: 'rollouts.list',
    http: 'GET /v1/rollouts',
    summary: 'List rollouts, newest first.',
    input: z.object({ ...pageQuery, deployment: z.string().optional() }),
    output: pageOf(Rollout),
    allow: 'deployments:read',
    subject: 'rollouts',
    run: (serving: ServingService, input) => serving.listRollouts(input),
  }),
  operation({
    name: 'rollouts.get',
    http: 'GET /v1/rollouts/{id}',
    summary: 'Show a rollout with every decision and its numbers.',
    input: z.object({ id: z.string() }),
    output: Rollout,
    errors: ['rollout_not_found'],
    allow: 'deployments:read',
    subject: 'rollout:{id}',
    run: (serving: ServingService, { id }) => serving.getRollout(id),
  }),
  command('pause', 'Hold a rollout at its step.', (serving, id, reason) => serving.pauseRollout(id, reason)),
  command('resume', 'Let a paused rollout go on.', (serving, id, reason) => serving.resumeRollout(id, reason)),
  command(
    'approve',
    'Let a rollout leave a step that asks for approval, once its checks pass.',
    (serving, id, reason) => serving.approveRollout(id, reason),
  ),
  command('promote', 'Let the candidate take over at once, whatever the analysis says.', (serving, id, reason) =>
    serving.promoteRollout(id, reason),
  ),
  command('abort', 'Go back to the champion at once.', (serving, id, reason) => serving.abortRollout(id, reason)),
]
