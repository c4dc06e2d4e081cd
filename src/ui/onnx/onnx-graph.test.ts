import { expect, it } from 'vitest'
import { logisticModel } from '../../testing/onnx-model.ts'
import { readOnnx } from './onnx-graph.ts'

it('reads what a model computes from its file', () => {
  const { producer, graph, operators } = readOnnx(logisticModel([0.4, 0.1], -3))
  expect(producer).toBe('slipway-test')
  const ends = graph.nodes.filter(({ kind }) => kind !== 'operator')
  expect(ends.map(({ label, kind, detail }) => [kind, label, detail])).toEqual([
    ['input', 'features', 'float[N, 2]'],
    ['output', 'label', 'int64[N]'],
    ['output', 'probabilities', 'float[N, 2]'],
  ])
  expect(operators.map(([name]) => name)).toContain('Softmax')
  // Every value that is made or given goes somewhere that exists.
  const ids = new Set(graph.nodes.map(({ id }) => id))
  for (const { from, to } of graph.edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true])
  expect(graph.edges.filter(({ from }) => from === 'input features')).toHaveLength(1)
})

it('says what is wrong with a file that is none', () => {
  expect(() => readOnnx(new TextEncoder().encode('hello'))).toThrow()
  expect(() => readOnnx(new Uint8Array())).toThrow('no ONNX graph')
  expect(() => readOnnx(logisticModel([1], 0).subarray(0, 60))).toThrow('ends in the middle')
})
