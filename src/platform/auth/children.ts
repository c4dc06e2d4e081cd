import { createHmac } from 'node:crypto'
import type { Principal } from '../../kernel/actor.ts'
import type { MadeByRun, RunScope } from './rights.ts'
import { sha256 } from './token-digest.ts'

/** The processes that work for a run and call this server: pipeline steps. Each has a token of its own, which dies with it. */
export interface Children {
  /** Until it is dismissed, who has the answered token acts in the name of the run. Empty when the server needs none. */
  admit(scope: RunScope): { readonly token: string; dismiss(): void }
  /** The token that the processes of a run have or had: what must not be read in their logs. */
  tokenOf(runId: string): string
  /** The module that keeps runs says whose things are; until then nothing is anybody's. */
  askWhoMade(madeByRun: MadeByRun): void
}

/** What the check of a request asks about them. */
export interface AdmittedChildren {
  findByToken(token: string): Principal | undefined
  scopeOf(runId: string): RunScope | undefined
  madeByRun: MadeByRun
}

/** Tells a token of a run, also of one that has ended, from a token that is simply wrong. */
export const runTokenPrefix = 'slipway-run-'

/** Without the operator's token everyone is let in, and no child needs to show anything. */
export function createChildren(operatorToken: string | undefined): Children & AdmittedChildren {
  const runIds = new Map<string, string>()
  const scopes = new Map<string, RunScope>()
  let askMadeBy: MadeByRun = async () => false
  const tokenOf = (runId: string) => (operatorToken === undefined ? '' : childToken(operatorToken, runId))
  return {
    tokenOf,
    admit: (scope) => {
      const token = tokenOf(scope.runId)
      // Found by its digest, so that the time taken tells nothing of the token.
      const digest = sha256(token).toString('hex')
      runIds.set(digest, scope.runId)
      scopes.set(scope.runId, scope)
      return {
        token,
        dismiss: () => {
          if (scopes.get(scope.runId) !== scope) return
          scopes.delete(scope.runId)
          runIds.delete(digest)
        },
      }
    },
    askWhoMade: (madeByRun) => {
      askMadeBy = madeByRun
    },
    findByToken: (token) => {
      const runId = runIds.get(sha256(token).toString('hex'))
      return runId === undefined ? undefined : { id: runId, kind: 'run' }
    },
    scopeOf: (runId) => scopes.get(runId),
    madeByRun: (kind, id, runId) => askMadeBy(kind, id, runId),
  }
}

/** Derived, so that it need not be kept to be taken out of a log, and so that a step that leaks it leaks nobody else's. */
function childToken(operatorToken: string, runId: string): string {
  return runTokenPrefix + createHmac('sha256', operatorToken).update(`slipway run ${runId}`).digest('base64url')
}
