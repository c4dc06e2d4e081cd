import type { GraphRuntime, GraphRuntimeNode, ModelSource } from '../../inference/index.ts'
import { functionProgram } from '../functions/program.ts'
import { openPool, type Pool } from '../host/pool.ts'
import type { ModelSession, OpenSession, SessionEnv } from '../session.ts'
import { warmUp } from '../warm-up.ts'
import { type RunNode, runGraph } from './run.ts'
import { createTurns } from './turns.ts'

interface GraphEnv extends SessionEnv {
  readonly open: OpenSession
}

interface Part extends RunNode {
  readonly isRowWise: boolean
  readonly batchable: boolean
  readonly release: () => Promise<void>
  readonly trouble?: (() => string | undefined) | undefined
  /** Runs under way at once in processes of its own; 0 when it runs in this one. */
  readonly ownLanes: number
}

let lastNumber = 0

/**
 * A graph as the data plane sees it: one model. Each model in it is a session of its own, and its functions share processes.
 * Nodes that do not need each other run at the same time. It takes rows of several requests at once when every node does.
 */
export async function openGraphSession(
  source: ModelSource,
  runtime: GraphRuntime,
  env: GraphEnv,
): Promise<ModelSession> {
  lastNumber += 1
  const name = `${env.name}-graph-${lastNumber}`
  const pool = await openFunctions(source, runtime, { ...env, name })
  const parts: Part[] = []
  const release = async () => {
    await Promise.all([pool?.stop(), ...parts.map((part) => part.release())])
  }
  try {
    // One after the other: loading takes memory beyond what the loaded model holds.
    for (const node of runtime.nodes) parts.push(await openNode(node, { ...env, name: `${name}-${node.name}` }, pool))
  } catch (error) {
    await release()
    throw error
  }
  const ownLanes = parts.reduce((sum, part) => sum + part.ownLanes, pool?.size ?? 0)
  const nodes = new Map(parts.map((part) => [part.name, part]))
  return {
    inputs: source.inputs,
    outputs: source.outputs,
    // While one run waits for another process, the next one can be in this one.
    lanes: ownLanes + (parts.some((part) => part.ownLanes === 0) || ownLanes === 0 ? 1 : 0),
    isRowWise: parts.every((part) => part.isRowWise),
    // Made-up values that show nothing for the whole may have shown it for a part.
    isBatchable: parts.every((part) => part.batchable) ? undefined : false,
    ...troubleOf(parts),
    run: (inputs, isAbandoned) => runGraph({ nodes, outputs: runtime.outputs }, inputs, isAbandoned),
    release,
  }
}

/** Absent where no part may be away. */
function troubleOf(parts: readonly Part[]): Pick<ModelSession, 'trouble'> {
  const mayFail = parts.flatMap(({ name, trouble }) => (trouble === undefined ? [] : [{ name, trouble }]))
  if (mayFail.length === 0) return {}
  return {
    trouble: () => {
      const [first] = mayFail.flatMap(({ name, trouble }) => {
        const problem = trouble()
        return problem === undefined ? [] : [`node "${name}": ${problem}`]
      })
      return first
    },
  }
}

function openFunctions(
  source: ModelSource,
  { nodes, functions }: GraphRuntime,
  env: GraphEnv,
): Promise<Pool> | undefined {
  const files = nodes.flatMap(({ runs }) => ('function' in runs ? [runs.function] : []))
  if (files.length === 0) return undefined
  const { processes, folder, name } = env
  const program = functionProgram(source.path, files, functions)
  return openPool({ processes, folder, name, program, instances: functions.instances })
}

async function openNode(node: GraphRuntimeNode, env: GraphEnv, pool: Pool | undefined): Promise<Part> {
  const { name, inputs: feeds, runs } = node
  if ('function' in runs) {
    const { function: file, inputs, outputs, batch } = runs
    const run: RunNode['run'] = (given) => {
      if (pool === undefined) throw new Error('its process was not started')
      return pool.run(given, { file })
    }
    const parts = { name, feeds, inputs, run, ownLanes: 0, release: async () => {} }
    return { ...parts, mayRefuse: true, isRowWise: batch, batchable: batch, hasRows: batch && outputs.length > 0 }
  }
  const session = await env.open(runs.model, env).catch((error: Error) => {
    throw new Error(`node "${name}": ${error.message}`, { cause: error })
  })
  const { batchable } = await warmUp(session)
  const turn = createTurns(session.lanes)
  const isInProcess = (runs.model.runtime?.kind ?? 'onnx') === 'onnx'
  return {
    name,
    feeds,
    inputs: session.inputs,
    batchable,
    hasRows: batchable,
    mayRefuse: runs.model.runtime?.kind === 'graph',
    isRowWise: session.isRowWise || batchable,
    ownLanes: isInProcess ? 0 : session.lanes,
    run: (given, isAbandoned) => turn(() => session.run(given, isAbandoned)),
    release: () => session.release(),
    trouble: session.trouble,
  }
}
