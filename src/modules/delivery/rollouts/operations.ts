import { z } from 'zod'
import { operation } from '../../../kernel/operation.ts'
import { pageOf, pageQuery } from '../../../kernel/paging.ts'
import type { Delivery } from '../service.ts'
import { Rollout, StartRollout } from './model.ts'

const named = z.object({
  id: z.string(),
  reason: z.string().max(1000).optional().describe('Written into the history.'),
})

function command(
  verb: 'pause' | 'resume' | 'approve' | 'promote' | 'abort',
  summary: string,
  run: (delivery: Delivery, id: string, reason?: string) => Promise<Rollout>,
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
    run: (delivery: Delivery, { id, reason }) => run(delivery, id, reason),
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
      'model_not_found',
      'model_version_not_found',
      'model_alias_not_found',
      'deployment_model_differs',
      'duration_invalid',
      'rollout_steps_invalid',
      'model_not_servable',
      'data_plane_failed',
      'data_plane_away',
    ],
    allow: 'deployments:write',
    subject: 'deployment:{deployment}',
    cli: { args: ['deployment', 'ref'], examples: ['slipway rollouts start iris @candidate'] },
    run: (delivery: Delivery, input) => delivery.startRollout(input),
  }),
  operation({
    name: 'rollouts.list',
    http: 'GET /v1/rollouts',
    summary: 'List rollouts, newest first.',
    input: z.object({ ...pageQuery, deployment: z.string().optional() }),
    output: pageOf(Rollout),
    allow: 'deployments:read',
    subject: 'rollouts',
    run: (delivery: Delivery, input) => delivery.listRollouts(input),
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
    run: (delivery: Delivery, { id }) => delivery.getRollout(id),
  }),
  command('pause', 'Hold a rollout at its step.', (delivery, id, reason) => delivery.pauseRollout(id, reason)),
  command('resume', 'Let a paused rollout go on.', (delivery, id, reason) => delivery.resumeRollout(id, reason)),
  command(
    'approve',
    'Let a rollout leave a step that asks for approval, once its checks pass.',
    (delivery, id, reason) => delivery.approveRollout(id, reason),
  ),
  command('promote', 'Let the candidate take over at once, whatever the analysis says.', (delivery, id, reason) =>
    delivery.promoteRollout(id, reason),
  ),
  command('abort', 'Go back to the champion at once.', (delivery, id, reason) => delivery.abortRollout(id, reason)),
]
