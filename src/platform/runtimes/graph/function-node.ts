import { z } from 'zod'
import type { GraphFunction } from '../../inference/index.ts'
import { functionProgram } from '../functions/program.ts'
import { openPool } from '../host/pool.ts'
import type { NodeKind } from './node-kind.ts'

/** A node that is a function in a file of the graph's own: all functions of a graph share its processes. */
export const functionNode: NodeKind<GraphFunction> = {
  reference: z.string().regex(/\.[cm]?[jt]s$/, 'a function is a file that ends in .ts, .mts, .js or .mjs'),
  begin: async ({ source, runtime: { functions }, nodes, env: { processes, folder, name } }) => {
    const files = nodes.map((runs) => runs.function)
    const program = functionProgram(source.path, files, functions)
    const pool = await openPool({ processes, folder, name, program, instances: functions.instances })
    return {
      lanes: pool.size,
      stop: () => pool.stop(),
      open: async ({ name: node, inputs: feeds, runs: { function: file, inputs, outputs, batch } }) => ({
        name: node,
        feeds,
        inputs,
        run: (given) => pool.run(given, { file }),
        ownLanes: 0,
        release: async () => {},
        mayRefuse: true,
        isBatchable: batch,
        hasRows: batch && outputs.length > 0,
      }),
    }
  },
}
