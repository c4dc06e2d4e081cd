import type { Page, PageQuery } from '../../kernel/paging.ts'
import type { Erasure, RetentionReport, RetentionRule } from './model.ts'

export interface NewRule {
  /** `*`, `folder/*`, or id or name of an experiment. */
  readonly scope: string
  readonly keepNewest?: number | undefined
  readonly keepDays?: number | undefined
  readonly keepTags?: readonly string[] | undefined
  readonly updatedBy: string
}

export interface Application {
  /** Id or name; absent means every experiment that a rule stands for. */
  readonly experiment?: string | undefined
  readonly isDryRun: boolean
  readonly erasedBy: string
  readonly signal?: AbortSignal | undefined
}

/** The door of retention. */
export interface Retention {
  /** Replaces the rule of the scope. Throws `retention_rule_empty`, `experiment_not_found`. */
  setRule(rule: NewRule): Promise<RetentionRule>
  listRules(): Promise<RetentionRule[]>
  /** Throws `retention_rule_not_found`. */
  deleteRule(scope: string): Promise<void>
  /** Erases what no rule keeps, or in a dry run only says what that is. What an interrupted call left is erased by the next. */
  apply(application: Application): Promise<RetentionReport>
  listErasures(query: PageQuery): Promise<Page<Erasure>>
}
