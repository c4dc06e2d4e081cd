import { isAppError, withDetails } from '../../../kernel/errors.ts'
import type { Feed, Source } from '../../inference/index.ts'
import {
  Abandoned,
  checkInputs,
  InputRefused,
  inferenceErrors,
  RunLost,
  rowCount,
  type Tensor,
  type TensorSpec,
} from '../../inference/index.ts'
import type { ModelSession } from '../session.ts'

/** A node that is ready to run. */
export interface RunNode {
  readonly name: string
  readonly feeds: readonly Feed[]
  readonly inputs: readonly TensorSpec[]
  /** It gives one row for each row that it takes. */
  readonly hasRows: boolean
  /** It says in so many words when the request is at fault. Of a model's own words nobody knows whether they mean the request. */
  readonly mayRefuse: boolean
  readonly run: ModelSession['run']
}

export interface ReadyGraph {
  readonly nodes: ReadonlyMap<string, RunNode>
  readonly outputs: readonly Feed[]
}

/**
 * One run of a graph: every output asks for the value it is fed by, whose node asks for its own, so that each node begins as
 * soon as what it needs is there. The first failure ends the run with the node's name; nodes that have not begun then do not.
 */
export async function runGraph(
  graph: ReadyGraph,
  inputs: readonly Tensor[],
  isAbandoned: () => boolean = () => false,
): Promise<Tensor[]> {
  const runs = new Map<string, Promise<readonly Tensor[]>>()
  let failure: unknown

  async function lookUp({ node, value }: Source): Promise<Tensor> {
    const from = node === undefined ? inputs : await outputsOf(node)
    const found = from.find(({ name }) => name === value)
    if (found === undefined) throw new Error(`node "${node}" gave no "${value}"`)
    return found
  }

  function outputsOf(name: string): Promise<readonly Tensor[]> {
    const under = runs.get(name) ?? start(name)
    runs.set(name, under)
    return under
  }

  async function start(name: string): Promise<readonly Tensor[]> {
    const node = graph.nodes.get(name)
    if (node === undefined) throw new Error(`there is no node "${name}"`)
    const given = await Promise.all(node.feeds.map((feed) => fed(feed)))
    if (failure !== undefined || isAbandoned()) throw new Abandoned('nobody waits for the answer')
    try {
      const outputs = await node.run(checkInputs(name, node.inputs, given), isAbandoned)
      if (node.hasRows) checkRows(given, outputs)
      return outputs
    } catch (error) {
      failure ??= inNode(node, error)
      throw failure
    }
  }

  const fed = async ({ name, from }: Feed): Promise<Tensor> => ({ ...(await lookUp(from)), name })

  try {
    return await Promise.all(graph.outputs.map(fed))
  } catch (error) {
    // A node that did not begin because of the failure may be heard of first.
    throw failure ?? error
  }
}

/** Rows that do not match would reach the wrong request. */
function checkRows(given: readonly Tensor[], outputs: readonly Tensor[]): void {
  const rows = rowCount(given)
  if (rows === undefined) return
  for (const { name, shape } of outputs)
    if (shape[0] !== rows) throw new Error(`gave ${shape[0] ?? 'one bare value'} for ${rows} rows as "${name}"`)
}

/** The same kind of failure, with the node it happened in. What fits badly between two nodes is no fault of the request. */
function inNode({ name, mayRefuse }: RunNode, error: unknown): unknown {
  if (error instanceof Abandoned) return error
  const problem = `node "${name}": ${error instanceof Error ? error.message : String(error)}`
  if (error instanceof RunLost) return new RunLost(problem, { cause: error })
  if (error instanceof InputRefused && mayRefuse) return new InputRefused(problem, { cause: error })
  const isKnown = isAppError(error) && error.code in inferenceErrors && error.code !== 'inference_input_invalid'
  if (!isKnown) return new Error(problem, { cause: error })
  return withDetails(error, { problem: `node "${name}": ${error.details.problem}` })
}
