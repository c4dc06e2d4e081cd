import { isFinal, type RunStatus } from '../tracking/index.ts'
import type { RetentionRule } from './model.ts'

/** What is asked of a run to judge it. */
export interface JudgedRun {
  readonly id: string
  readonly name: string
  readonly status: RunStatus
  readonly startedAt: number
  readonly parentRunId?: string | undefined
  readonly stepRunId?: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

/** A run and all that are nested in it: they stay or go together. */
export interface Family {
  readonly root: JudgedRun
  readonly runs: readonly JudgedRun[]
}

/** Whoever carries this tag is kept, whatever the rules say. */
export const pinTag = 'pinned'
const dayMs = 86_400_000

/** The newest first. A run whose parent is not among them stands for itself. */
export function familiesOf(runs: readonly JudgedRun[]): Family[] {
  const byId = new Map(runs.map((run) => [run.id, run]))
  const rootOf = (run: JudgedRun): JudgedRun => {
    const seen = new Set([run.id])
    let at = run
    for (;;) {
      const parent = at.parentRunId === undefined ? undefined : byId.get(at.parentRunId)
      // A circle of parents has no top: any of them stands for all.
      if (parent === undefined || seen.has(parent.id)) return at
      seen.add(parent.id)
      at = parent
    }
  }
  const families = new Map<string, { root: JudgedRun; runs: JudgedRun[] }>()
  for (const run of runs) {
    const root = rootOf(run)
    const family = families.get(root.id)
    if (family === undefined) families.set(root.id, { root, runs: [run] })
    else family.runs.push(run)
  }
  return [...families.values()].sort((a, b) => b.root.startedAt - a.root.startedAt || (a.root.id < b.root.id ? 1 : -1))
}

type Conditions = Pick<RetentionRule, 'keepNewest' | 'keepDays' | 'keepTags'>

/** Why a family is kept, or undefined when nothing keeps it; `rank` counts the newer families. */
export function reasonToKeep(family: Family, rank: number, rule: Conditions & { now: number }): string | undefined {
  const { runs } = family
  const { keepNewest, keepDays, keepTags, now } = rule
  if (runs.some(({ status }) => !isFinal(status))) return 'under way'
  if (runs.some(({ tags }) => tags[pinTag] !== undefined && tags[pinTag] !== 'false')) return 'pinned'
  if (keepNewest !== undefined && rank < keepNewest) return `among the newest ${keepNewest}`
  if (keepDays !== undefined && runs.some(({ startedAt }) => startedAt >= now - keepDays * dayMs)) {
    return `not older than ${keepDays} days`
  }
  const tag = keepTags.find((wanted) => runs.some(({ tags }) => hasTag(tags, wanted)))
  return tag === undefined ? undefined : `tag ${tag}`
}

function hasTag(tags: Readonly<Record<string, string>>, wanted: string): boolean {
  const at = wanted.indexOf('=')
  return at < 0 ? wanted in tags : tags[wanted.slice(0, at)] === wanted.slice(at + 1)
}
