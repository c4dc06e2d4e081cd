import type { Permission } from '../../kernel/operation.ts'

/** What a process that works for a tracking run was started for. */
export interface RunScope {
  readonly runId: string
  /** That of the run; requests name it by any of the three. */
  readonly experiment: { readonly id: string; readonly number: number; readonly name: string }
  /** Names of the models that its step declares as outputs. */
  readonly models: readonly string[]
}

/** Whether a thing that is named by its kind and its id was made by the run or by one nested in it. */
export type MadeByRun = (kind: 'run' | 'trace' | 'loggedModel', id: string, runId: string) => Promise<boolean>

/**
 * What a permission may be used on: everything; what the run made, itself and the runs nested in it first of all; its
 * experiment, to begin a trace in; versions of the models that its step declares.
 */
export type Reach = 'everything' | 'own' | 'experiment' | 'declaredVersions'

export interface Right {
  readonly permissions: readonly Permission[]
  readonly on: readonly Reach[]
  readonly why: string
}

/** All that a process of a run may do. What is not here it may not: no deleting, no deploying, no policy, no webhook. */
export const runRights: readonly Right[] = [
  {
    permissions: ['runs:read', 'experiments:read', 'traces:read', 'datasets:read', 'models:read', 'blobs:read'],
    on: ['everything'],
    why: 'A training loads its inputs, compares itself with earlier runs, and goes on from a model that is registered.',
  },
  {
    permissions: ['reference:read'],
    on: ['everything'],
    why: 'What the server can do is in its documentation too.',
  },
  {
    permissions: ['blobs:write'],
    on: ['everything'],
    why: 'Files are stored before a run names them. Bytes are named by their digest, so storing changes nothing for others.',
  },
  {
    permissions: ['runs:write'],
    on: ['own'],
    why: 'It logs into its own run, and into runs that it nests in it.',
  },
  {
    permissions: ['traces:write'],
    on: ['own', 'experiment'],
    why: 'What it calls is traced into the experiment of its run; the traces of other runs stay as they are.',
  },
  {
    permissions: ['models:write'],
    on: ['own', 'declaredVersions'],
    why: 'A client library registers the model that the step declares as its output, out of the run itself.',
  },
]
