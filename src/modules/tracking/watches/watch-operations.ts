import { z } from 'zod'
import { Nothing, operation } from '../../../kernel/operation.ts'
import { maxKeyLength } from '../metrics/batch.ts'
import { Watch, type WatchRule, WatchState } from './watch.ts'
import type { Watches } from './watches.ts'

const experiment = z.string().min(1).max(500).describe('Id or name of the experiment.')
const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._ -]{0,127}$/, 'letters, digits, ". _ -" and spaces, at most 128')
  .describe('Name of the watch.')

const fields = {
  experiment,
  name,
  metric: z.string().min(1).max(maxKeyLength).describe('Key of the metric; * is every metric.'),
  notFinite: z.boolean().optional().describe('Trips when the metric is NaN or infinite, until the run ends.'),
  above: z.number().optional().describe('Trips when the newest value is larger.'),
  below: z.number().optional().describe('Trips when the newest value is smaller.'),
  plateau: z.number().int().min(1).optional().describe('Trips when this many steps brought no improvement.'),
  goal: z.enum(['minimize', 'maximize']).default('minimize').describe('What is an improvement, for a plateau.'),
  minDelta: z.number().min(0).default(0).describe('A smaller change is no improvement, for a plateau.'),
}
type Given = z.output<z.ZodObject<typeof fields>>

const input = z.object(fields).refine((given) => countRules(given) === 1, {
  message: 'a watch has exactly one rule: notFinite, above and/or below, or plateau',
})

function countRules({ notFinite, above, below, plateau }: Given): number {
  const rules = [notFinite === true, above !== undefined || below !== undefined, plateau !== undefined]
  return rules.filter(Boolean).length
}

function ruleOf({ above, below, plateau, goal, minDelta }: Given): WatchRule {
  if (plateau !== undefined) return { kind: 'plateau', steps: plateau, goal, minDelta }
  if (above === undefined && below === undefined) return { kind: 'notFinite' }
  return { kind: 'threshold', above, below }
}

export const watchOperations = [
  operation({
    name: 'experiments.watches.set',
    http: 'PUT /v1/experiments/{experiment}/watches/{name}',
    summary: 'Watch a metric of every run of an experiment: not finite, beyond a threshold, or on a plateau.',
    description:
      'Judged with each batch of metrics from now on. What trips raises an alert (slipway alerts list) and the event ' +
      'tracking.watch.tripped, which webhooks can send. Setting a watch again replaces its rule.',
    input,
    output: Watch,
    errors: ['experiment_not_found'],
    allow: 'experiments:write',
    subject: 'experiment:{experiment}/watches/{name}',
    cli: {
      args: ['experiment', 'name'],
      examples: [
        'slipway experiments watches set churn broken --metric "*" --not-finite',
        'slipway experiments watches set churn stuck --metric val_loss --plateau 50 --min-delta 0.001',
      ],
    },
    run: (tracking: Watches, given) => {
      const { experiment: ref, name: watch, metric } = given
      return tracking.setWatch({ experiment: ref, name: watch, metric, rule: ruleOf(given) })
    },
  }),
  operation({
    name: 'experiments.watches.list',
    http: 'GET /v1/experiments/{experiment}/watches',
    summary: 'List the watches of an experiment.',
    input: z.object({ experiment }),
    output: z.object({ items: z.array(Watch) }),
    errors: ['experiment_not_found'],
    allow: 'experiments:read',
    subject: 'experiment:{experiment}',
    run: async (tracking: Watches, given) => ({ items: await tracking.listWatches(given.experiment) }),
  }),
  operation({
    name: 'experiments.watches.delete',
    http: 'DELETE /v1/experiments/{experiment}/watches/{name}',
    summary: 'Watch for this no longer.',
    input: z.object({ experiment, name }),
    output: Nothing,
    errors: ['experiment_not_found', 'watch_not_found'],
    allow: 'experiments:write',
    subject: 'experiment:{experiment}/watches/{name}',
    run: async (tracking: Watches, given) => {
      await tracking.deleteWatch(given.experiment, given.name)
      return {}
    },
  }),
  operation({
    name: 'runs.watches',
    http: 'GET /v1/runs/{runId}/watches',
    summary: 'Show how the metrics of a run stand with the watches of its experiment.',
    input: z.object({ runId: z.string().min(1).max(256) }),
    output: z.object({ items: z.array(WatchState) }),
    errors: ['run_not_found'],
    allow: 'runs:read',
    subject: 'run:{runId}',
    run: async (tracking: Watches, given) => ({ items: await tracking.watchStates(given.runId) }),
  }),
]
