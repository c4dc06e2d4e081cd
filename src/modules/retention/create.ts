import { apply } from './apply.ts'
import type { RetentionContext } from './context.ts'
import { isPattern, type RetentionRule, retentionErrors } from './model.ts'
import type { NewRule, Retention } from './service.ts'
import * as store from './store.ts'

export function createRetention(ctx: RetentionContext): Retention {
  const { db, tracking, platform } = ctx

  /** Patterns stand for themselves, an experiment for its id, so that renaming it changes nothing. */
  const scopeOf = async (given: string) => (isPattern(given) ? given : (await tracking.getExperiment(given)).id)

  async function named(rule: store.StoredRule): Promise<RetentionRule> {
    const experiment = isPattern(rule.scope) ? undefined : await tracking.findExperiment(rule.scope)
    return experiment === undefined ? rule : { ...rule, experiment: experiment.name }
  }

  return {
    setRule: async ({ scope: given, keepNewest, keepDays, keepTags = [], updatedBy }: NewRule) => {
      const scope = await scopeOf(given)
      if (keepNewest === undefined && keepDays === undefined)
        throw retentionErrors.retention_rule_empty({ scope: given })
      const rule = {
        scope,
        keepTags: [...keepTags],
        updatedBy,
        updatedAt: platform.clock.now(),
        ...(keepNewest === undefined ? {} : { keepNewest }),
        ...(keepDays === undefined ? {} : { keepDays }),
      }
      await db.transaction((tx) => store.upsertRule(tx.query, rule))
      return named(rule)
    },

    listRules: async () => Promise.all((await store.listRules(db.read)).map(named)),

    deleteRule: async (given) => {
      // The experiment may be gone while its rule is still there.
      const scope = isPattern(given) ? given : ((await tracking.findExperiment(given))?.id ?? given)
      const isThere = await db.transaction((tx) => store.deleteRule(tx.query, scope))
      if (!isThere) throw retentionErrors.retention_rule_not_found({ scope: given })
    },

    apply: (application) => apply(ctx, application),
    listErasures: (query) => store.listErasures(db.read, query),
  }
}
