import { defineErrors, type Joined } from '../../kernel/errors.ts'

export const deliveryErrors = defineErrors({
  deployment_busy: [
    'conflict',
    'Deployment {deployment} has the {what} {id} under way.',
    'End it first: slipway {command} {id}',
  ],
  variants_invalid: ['invalid', 'The variants {names} cannot be compared: {problem}.'],
  ab_test_not_found: ['not_found', 'There is no A/B test {id}.', 'slipway ab-tests list'],
  bandit_not_found: ['not_found', 'There is no bandit {id}.', 'slipway bandits list'],
  rollout_not_found: ['not_found', 'There is no rollout {id}.', 'slipway rollouts list'],
  rollout_active: [
    'conflict',
    'Deployment {deployment} has the rollout {id} under way.',
    'Wait for it, or run: slipway rollouts abort {id}',
  ],
  rollout_needs_champion: [
    'conflict',
    'Deployment {deployment} serves no version yet, so there is nothing to roll out against.',
    'Deploy a first version: slipway deployments apply {deployment} <model>@<alias>',
  ],
  rollout_needs_single: [
    'conflict',
    'Deployment {deployment} shares its requests between {count} variants; a rollout needs one champion.',
    'Point the deployment at one version first.',
  ],
  rollout_state_wrong: ['conflict', 'Rollout {id} is {state}; only a rollout that is {allowed} can be {act}.'],
  rollout_needs_no_approval: [
    'conflict',
    'Step {step} of rollout {id} asks for no approval.',
    'It goes on by itself; slipway rollouts get shows what it waits for.',
  ],
  rollout_same_version: [
    'invalid',
    '{version} is what deployment {deployment} serves already.',
    'slipway models versions list {model}',
  ],
  rollout_steps_invalid: ['invalid', 'The weights of the steps must grow from step to step; got {weights}.'],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof deliveryErrors> {}
}
