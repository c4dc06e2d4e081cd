import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'

/** What all nouns of tracking share. Times are epoch milliseconds. */

export const Lifecycle = z.enum(['active', 'deleted'])
export type Lifecycle = z.infer<typeof Lifecycle>

export const Tags = z.record(z.string(), z.string())
export type Tags = z.infer<typeof Tags>

export const trackingErrors = defineErrors({
  experiment_not_found: ['not_found', 'There is no experiment {experiment}.', 'slipway experiments list'],
  experiment_exists: ['conflict', 'An experiment named {name} already exists ({lifecycle}).'],
  experiment_not_active: ['invalid', 'Experiment {experiment} is deleted.', 'Restore it, or use another one.'],
  folder_not_found: ['not_found', 'There is no experiment in folder {folder}.', 'slipway experiments folders list'],
  folder_move_invalid: ['invalid', 'Folder {from} cannot move to {to}: that is itself or inside it.'],
  run_not_found: ['not_found', 'There is no run {run}.'],
  run_not_active: ['invalid', 'Run {run} is deleted.', 'Restore it before writing to it.'],
  select_invalid: [
    'invalid',
    'Nothing that was logged is called {name}.',
    'Name it `metrics.<key>`, `params.<key>` or `tags.<key>`.',
  ],
  group_invalid: ['invalid', 'Runs cannot be grouped by {by}.', 'Use `params.<key>`, `tags.<key>` or an attribute.'],
  run_exists: ['conflict', 'A run with the id {run} already exists in another experiment.'],
  model_param_changed: [
    'invalid',
    'The param "{key}" of the logged model {model} is {old} and cannot become {value}.',
    'Params are written once; log another key.',
  ],
  param_changed: [
    'invalid',
    'Parameter {key} of run {run} is already {old}; it cannot become {new}.',
    'Parameters are written once: use a tag, or start a new run.',
  ],
  batch_invalid: ['invalid', 'The batch is not valid: {problems}.'],
  logged_model_not_found: ['not_found', 'There is no logged model {model}.'],
  evaluation_set_not_found: ['not_found', 'There is no evaluation dataset {set}.'],
  watch_not_found: ['not_found', 'Experiment {experiment} has no watch {watch}.', 'slipway experiments watches list'],
  trace_not_found: ['not_found', 'There is no trace {trace}.'],
  tag_not_found: ['not_found', '{subject} has no tag {key}.'],
  artifact_not_found: ['not_found', '{owner} has no artifact {path}.'],
  artifact_path_invalid: [
    'invalid',
    'The artifact path {path} is not allowed: {problem}.',
    'Use a relative path with forward slashes.',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof trackingErrors> {}
}
