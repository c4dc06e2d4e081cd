import type { Principal } from '../../kernel/actor.ts'
import type { AppError } from '../../kernel/errors.ts'
import { collectionOf, type Permission } from '../../kernel/operation.ts'
import { authErrors } from './auth.ts'
import type { AdmittedChildren } from './children.ts'
import { type Reach, type RunScope, runRights } from './rights.ts'

/** One use of a permission. */
export interface Act {
  readonly permission: Permission
  /**
   * What it is about, as `kind:id` or a collection (`models`); all of them must be allowed, and none is
   * everything. Read only when it matters.
   * Absent: whether the permission can be used on anything at all, before the request is read.
   */
  readonly subjects?: () => readonly string[] | Promise<readonly string[]>
}

/** The refusal, or undefined. In the hands of every surface: nothing else decides who may do what. */
export type MayDo = (principal: Principal, act: Act) => AppError | undefined | Promise<AppError | undefined>

export function createMayDo(children: AdmittedChildren | undefined): MayDo {
  return (principal, { permission, subjects }) => {
    if (principal.kind === 'local' || principal.kind === 'token') return undefined
    const reaches = runRights.filter((right) => right.permissions.includes(permission)).flatMap((right) => right.on)
    const scope = principal.kind === 'run' ? children?.scopeOf(principal.id) : undefined
    if (children === undefined || scope === undefined || reaches.length === 0)
      return authErrors.run_may_not({ run: principal.id, permission, subject: 'anything' })
    if (subjects === undefined || reaches.includes('everything')) return undefined
    return checkSubjects(subjects, { permission, scope, reaches, children })
  }
}

interface Asked {
  readonly permission: Permission
  readonly scope: RunScope
  readonly reaches: readonly Reach[]
  readonly children: AdmittedChildren
}

async function checkSubjects(subjects: NonNullable<Act['subjects']>, asked: Asked): Promise<AppError | undefined> {
  const named = await subjects()
  for (const subject of named.length > 0 ? named : [collectionOf(asked.permission)]) {
    if (await isInReach(subject, asked)) continue
    return authErrors.run_may_not({ run: asked.scope.runId, permission: asked.permission, subject })
  }
  return undefined
}

async function isInReach(subject: string, { scope, reaches, children }: Asked): Promise<boolean> {
  const colon = subject.indexOf(':')
  const [kind, id] = [subject.slice(0, Math.max(colon, 0)), subject.slice(colon + 1)]
  const { runId, experiment, models } = scope
  switch (kind) {
    case 'run':
      return reaches.includes('own') && (id === runId || (await children.madeByRun(kind, id, runId)))
    case 'trace':
    case 'loggedModel':
      return reaches.includes('own') && (await children.madeByRun(kind, id, runId))
    case 'experiment':
      return reaches.includes('experiment') && [experiment.id, String(experiment.number), experiment.name].includes(id)
    case 'model':
      return reaches.includes('declaredVersions') && models.some((model) => id === `${model}/versions`)
    default:
      return false
  }
}
