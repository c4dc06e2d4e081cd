import { z } from 'zod'
import type { GraphNodeRuns } from '../../inference/index.ts'
import { warmUp } from '../warm-up.ts'
import type { NodeKind } from './node-kind.ts'
import { createTurns } from './turns.ts'

/** A node that is a model version: a session of its own. */
export const modelNode: NodeKind<GraphNodeRuns['model']> = {
  reference: z.string().min(1),
  begin: async () => ({
    lanes: 0,
    stop: async () => {},
    open: async ({ name, inputs: feeds, runs }, env) => {
      const session = await env.open(runs.model, env).catch((error: Error) => {
        throw new Error(`node "${name}": ${error.message}`, { cause: error })
      })
      const { isPossible, isProved } = await warmUp(session)
      const turn = createTurns(session.lanes)
      return {
        name,
        feeds,
        inputs: session.inputs,
        isBatchable: isProved,
        mayMixRows: session.mayMixRows,
        hasRows: isPossible,
        mayRefuse: session.mayRefuse === true,
        ownLanes: session.isInProcess === true ? 0 : session.lanes,
        run: (given, isAbandoned) => turn(() => session.run(given, isAbandoned)),
        release: () => session.release(),
        trouble: session.trouble,
      }
    },
  }),
}
