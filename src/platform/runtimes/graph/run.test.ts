import { describe, expect, it } from 'vitest'
import { Abandoned, InputRefused, inferenceErrors, RunLost } from '../../inference/errors.ts'
import type { Feed } from '../../inference/index.ts'
import type { Tensor } from '../../inference/tensor.ts'
import { type RunNode, runGraph } from './run.ts'
import { createTurns } from './turns.ts'

const column = (name: string, values: readonly number[]): Tensor => {
  return { name, datatype: 'FP64', shape: [values.length], data: Float64Array.from(values) }
}
const from = (name: string, text: string): Feed => {
  const [node = '', value = ''] = text.split('.')
  return { name, from: node === 'inputs' ? { value } : { node, value } }
}
/** A node with one output `y`, made of the values of its inputs. */
const node = (
  name: string,
  feeds: readonly string[],
  work: (...values: number[][]) => Promise<number[]> | number[],
): RunNode => ({
  name,
  feeds: feeds.map((text, index) => from(`x${index}`, text)),
  inputs: feeds.map((_, index) => ({ name: `x${index}`, datatype: 'FP64', shape: [-1] })),
  hasRows: true,
  mayRefuse: false,
  run: async (given) => [column('y', await work(...given.map(({ data }) => Array.from(data as Float64Array))))],
})
const graph = (nodes: readonly RunNode[], outputs: readonly Feed[]) => ({
  nodes: new Map(nodes.map((each) => [each.name, each])),
  outputs,
})
const soon = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('a run of a graph', () => {
  it('runs what does not need each other at the same time, and each node once', async () => {
    const log: string[] = []
    const slow = (name: string, feeds: string[]) =>
      node(name, feeds, async (first) => {
        log.push(`${name} begins`)
        await soon()
        log.push(`${name} ends`)
        return first.map((value) => value + 1)
      })
    const nodes = [slow('a', ['inputs.v']), slow('b', ['a.y']), slow('c', ['a.y'])]
    nodes.push(node('sum', ['b.y', 'c.y'], (left, right) => left.map((value, row) => value + (right[row] ?? 0))))
    const outputs = await runGraph(graph(nodes, [from('total', 'sum.y'), from('part', 'b.y')]), [column('v', [1, 10])])
    expect(outputs).toEqual([column('total', [6, 24]), column('part', [3, 12])])
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'c begins', 'b ends', 'c ends'])
  })

  it('ends with the first failure, names its node, and begins nothing more', async () => {
    const begun: string[] = []
    const nodes = [
      node('bad', ['inputs.v'], () => {
        throw new TypeError('no good')
      }),
      node('slow', ['inputs.v'], async (values) => {
        await soon()
        return values
      }),
      node('after', ['slow.y'], (values) => {
        begun.push('after')
        return values
      }),
    ]
    const run = runGraph(graph(nodes, [from('one', 'after.y'), from('two', 'bad.y')]), [column('v', [1])])
    await expect(run).rejects.toThrow('node "bad": no good')
    await soon()
    await soon()
    expect(begun).toEqual([])
  })

  it('keeps what kind of failure it was', async () => {
    const failing = (error: Error) => graph([node('n', ['inputs.v'], () => Promise.reject(error))], [from('o', 'n.y')])
    const run = (error: Error) => runGraph(failing(error), [column('v', [1])])
    await expect(run(new RunLost('it died'))).rejects.toEqual(new RunLost('node "n": it died'))
    await expect(run(inferenceErrors.inference_model_away({ problem: 'exit code 1' }))).rejects.toMatchObject({
      code: 'inference_model_away',
      message: expect.stringContaining('node "n": exit code 1'),
    })
    const refused = new InputRefused('no such city')
    await expect(run(refused)).rejects.not.toBeInstanceOf(InputRefused)
    const speaking = { ...node('n', ['inputs.v'], () => Promise.reject(refused)), mayRefuse: true }
    await expect(runGraph(graph([speaking], [from('o', 'n.y')]), [column('v', [1])])).rejects.toEqual(
      new InputRefused('node "n": no such city'),
    )
  })

  it('says which node gives what the next one does not take, as its own failure and not the request’s', async () => {
    const wide = {
      ...node('wide', ['inputs.v'], (values) => values),
      run: async () => [{ ...column('y', [1, 2]), shape: [1, 2] }],
    }
    const run = runGraph(graph([wide, node('n', ['wide.y'], (v) => v)], [from('o', 'n.y')]), [column('v', [1])])
    await expect(run).rejects.toThrow('node "n": unexpected shape for input "x0" for model "n"')
    await expect(run).rejects.not.toHaveProperty('code')
    const short = node('short', ['inputs.v'], (values) => values.slice(1))
    await expect(runGraph(graph([short], [from('o', 'short.y')]), [column('v', [1, 2])])).rejects.toThrow(
      'node "short": gave 1 for 2 rows as "y"',
    )
  })

  it('leaves the rest out once nobody waits for the answer', async () => {
    let isGone = false
    const begun: string[] = []
    const nodes = ['a', 'b'].map((name, index) =>
      node(name, [index === 0 ? 'inputs.v' : 'a.y'], (values) => {
        begun.push(name)
        isGone = true
        return values
      }),
    )
    const run = runGraph(graph(nodes, [from('o', 'b.y')]), [column('v', [1])], () => isGone)
    await expect(run).rejects.toBeInstanceOf(Abandoned)
    expect(begun).toEqual(['a'])
  })
})

it('takes turns where a model takes so many runs at once', async () => {
  const turn = createTurns(2)
  let under = 0
  const seen: number[] = []
  const work = async () => {
    under += 1
    seen.push(under)
    await soon()
    under -= 1
  }
  await Promise.allSettled([turn(work), turn(() => Promise.reject(new Error('x'))), turn(work), turn(work), turn(work)])
  expect(Math.max(...seen)).toBe(2)
  expect(seen).toHaveLength(4)
})
