import { type Experiment, isSlipwayError } from '../../sdk/index.ts'
import { refusing, type SyncContext } from './sync-context.ts'

interface SentExperiment {
  /** Id on the server. */
  readonly id: string
  readonly tags: Readonly<Record<string, string>>
}

/**
 * Experiments are the same when they have the same name. Answers under which id the server has each experiment of the
 * spool; one that it refuses, because somebody deleted it there, is left out with its runs.
 */
export async function sendExperiments(context: SyncContext): Promise<Map<string, string>> {
  const targets = new Map<string, string>()
  for await (const experiment of context.from.experiments.list({ limit: 500 }, { signal: context.signal })) {
    await refusing(context, `experiment ${experiment.name}`, async () => {
      targets.set(experiment.id, await sendExperiment(context, experiment))
    })
  }
  return targets
}

async function sendExperiment(context: SyncContext, { id, name, tags }: Experiment): Promise<string> {
  const { to, ledger, signal } = context
  const known = ledger.read<SentExperiment>('experiment', id)
  const there = (known && (await find(context, known.id))) ?? (await ensure(context, name, tags))
  const before = known?.tags ?? there.tags
  const changed = Object.entries(tags).filter(([key, value]) => before[key] !== value)
  // Refuses for one that is deleted there, also when there is nothing to change.
  if (changed.length > 0 || there.lifecycle === 'deleted') {
    await to.experiments.update({ experiment: there.id, tags: Object.fromEntries(changed) }, { signal })
  }
  if (known?.id !== there.id || changed.length > 0) {
    ledger.write('experiment', id, { id: there.id, tags } satisfies SentExperiment)
  }
  return there.id
}

async function ensure(context: SyncContext, name: string, tags: Experiment['tags']): Promise<Experiment> {
  const { to, signal } = context
  try {
    return await to.experiments.create({ name, tags }, { signal })
  } catch (error) {
    if (!isSlipwayError(error, 'experiment_exists')) throw error
    return to.experiments.get({ experiment: name }, { signal })
  }
}

async function find({ to, signal }: SyncContext, experiment: string): Promise<Experiment | undefined> {
  return to.experiments.get({ experiment }, { signal }).catch((error: unknown) => {
    if (isSlipwayError(error, 'experiment_not_found')) return undefined
    throw error
  })
}
