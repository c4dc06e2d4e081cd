import { defineErrors } from '../../kernel/errors.ts'

/** What can go wrong with an inference request, whatever the protocol; each dialect has its own form for them. */
export const inferenceErrors = defineErrors({
  inference_model_unknown: [
    'not_found',
    'Request for unknown model: "{model}" is not deployed.',
    'slipway deployments list',
  ],
  inference_model_unnamed: [
    'not_found',
    'The path names no model and there are {count} deployments ({names}).',
    'Put the name into the path: /inference/<deployment>/…',
  ],
  inference_version_unknown: [
    'not_found',
    'Request for unknown model version: "{model}" has no live version {version}; live: {versions}.',
  ],
  inference_model_waiting: ['unavailable', 'Model "{model}" is declared but no version is deployed yet.'],
  inference_input_invalid: ['invalid', '{problem}'],
  inference_model_away: [
    'unavailable',
    'The model cannot answer now: its process ended ({problem}) and is being started again.',
  ],
  inference_remote_away: ['unavailable', 'The remote model at {host} cannot answer now: {problem}'],
  inference_remote_busy: ['limited', 'The remote model at {host} takes no more requests now: {problem}'],
  inference_remote_refused: ['invalid', 'The remote model at {host} refuses the request: {problem}'],
  inference_remote_failed: ['internal', 'The remote model at {host} failed: {problem}'],
  inference_remote_wrong: ['internal', 'The remote model at {host} gave no usable answer: {problem}'],
  inference_remote_forbidden: ['forbidden', 'The remote model at {host} is not called: {problem}', '{fix}'],
  inference_not_loaded: ['unavailable', 'The model was released and cannot be loaded again: {problem}'],
  inference_model_unready: ['unavailable', 'Model "{model}" cannot answer now: {problem}'],
  inference_model_failed: ['internal', 'Model "{model}" version {version} failed: {problem}'],
  inference_input_refused: ['invalid', 'Model "{model}" version {version} does not take this input: {problem}'],
  inference_overloaded: ['limited', 'Model "{model}" has {pending} requests waiting; the limit is {limit}.'],
  inference_id_invalid: [
    'invalid',
    'The prediction id "{id}" is not usable.',
    'Send 8 to 100 letters, digits, "_" or "-".',
  ],
  inference_worker_away: ['unavailable', 'The worker that answers predictions is being started again.'],
  inference_abandoned: [
    'unavailable',
    'Request timeout expired: the request for model "{model}" waited longer than its client does, and was not run.',
  ],
  inference_load_unknown: [
    'not_found',
    'failed to load "{model}": there is no deployment of that name.',
    'slipway deploy {model} <model>@<alias>',
  ],
  inference_load_failed: [
    'invalid',
    'The model of "{deployment}" cannot be loaded: {problem}',
    'Export the deployment again.',
  ],
  inference_managed: [
    'unavailable',
    'explicit model load / unload is not allowed: "{model}" is a deployment that Slipway manages, so {verb} changes nothing.',
    'Change what it serves with PUT /v1/deployments/{model}, or remove it with DELETE.',
  ],
  inference_unsupported: ['invalid', '{what} is not supported by this server.'],
})

/** A run that took the model's process with it: the same inputs would do it again, others may be answered. */
export class RunLost extends Error {}

/**
 * The model itself says that what it was given is at fault. The client is told so; it still counts as a failure of the model,
 * as only checks that stand before every version may take a request out of the comparison of versions.
 */
export class InputRefused extends Error {}

/** Nobody waits for the answer any more, so the rest of the run was left out. */
export class Abandoned extends Error {}

export function invalidInput(problem: string): Error {
  return inferenceErrors.inference_input_invalid({ problem })
}
