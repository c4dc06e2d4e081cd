import { expect, it } from 'vitest'
import { inferenceGraph } from './inference-graph.ts'

it('draws an inference graph from the request to the answer, with the type of what goes over each line', () => {
  const edge = (from: string, to: string) => ({ from, to, datatype: 'FP32', shape: [-1, 2] })
  const joined = inferenceGraph({
    nodes: [
      { name: 'prepare', function: 'prepare.ts' },
      { name: 'score', model: 'churn/3' },
    ],
    edges: [
      { from: 'inputs.a', to: 'prepare.a' },
      { from: 'inputs.b', to: 'prepare.b' },
      { from: 'inputs.c', to: 'prepare.c' },
      edge('prepare.x.y', 'score.X'),
      edge('score.p', 'outputs.p'),
    ],
  })
  expect(joined?.drawn.nodes.map(({ label, kind, detail, to }) => [label, kind, detail, to])).toEqual([
    ['Request', 'in', undefined, undefined],
    ['prepare', 'function', 'prepare.ts', undefined],
    ['score', 'model', 'churn/3', '/models/churn/3'],
    ['Answer', 'out', undefined, undefined],
  ])
  expect(joined?.drawn.edges).toEqual([
    { from: 'inputs', to: 'prepare', label: '3 values' },
    { from: 'prepare', to: 'score', label: 'x.y FP32 [-1, 2]' },
    { from: 'score', to: 'outputs', label: 'p FP32 [-1, 2]' },
  ])
  expect(joined?.edges[3]).toEqual({ from: 'prepare.x.y', to: 'score.X', type: 'FP32 [-1, 2]' })
  expect(inferenceGraph(undefined)).toBeUndefined()
})
