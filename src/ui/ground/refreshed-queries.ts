import { eventStreams, moduleNeeds } from '../../sdk/module-news.generated.ts'

/**
 * First parts of the keys of the queries that an event makes stale: of the module that tells it, and of those that ask that
 * module for what they answer. What comes in streams would keep all of them busy, and changes only its own.
 */
export function refreshedBy(type: string): readonly string[] {
  // Traces may arrive by the thousand, and change nothing of experiments and runs.
  if (type.startsWith('tracking.trace.')) return ['traces']
  const module = type.split('.')[0] ?? ''
  if (type in eventStreams) return [module]
  return [module, ...Object.keys(moduleNeeds).filter((name) => moduleNeeds[name]?.includes(module))]
}
