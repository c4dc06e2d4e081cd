import { expect, it } from 'vitest'
import { collapseAlike } from './collapse.ts'

const node = (id: string, kind: string) => ({ id, label: id, kind })

it('joins many files that lead to the same version, and the versions that lead to the same step', () => {
  const days = ['1', '2', '3', '4', '5']
  const graph = {
    nodes: [
      ...days.flatMap((day) => [node(`file${day}`, 'file'), node(`data${day}`, 'version')]),
      node('step', 'step'),
      node('model', 'model'),
    ],
    edges: [
      ...days.flatMap((day) => [
        { from: `file${day}`, to: `data${day}` },
        { from: `data${day}`, to: 'step' },
      ]),
      { from: 'step', to: 'model' },
    ],
  }
  const { nodes, edges } = collapseAlike(graph, 'model')
  expect(nodes.map(({ label }) => label)).toEqual(['5 files', '5 versions', 'step', 'model'])
  expect(edges).toHaveLength(3)
})

it('leaves a small graph and the neighbors of the chosen node as they are', () => {
  const leaves = ['a', 'b', 'c', 'd'].map((id) => node(id, 'file'))
  const graph = { nodes: [...leaves, node('x', 'version')], edges: leaves.map(({ id }) => ({ from: id, to: 'x' })) }
  expect(collapseAlike(graph, 'x')).toEqual(graph)
  expect(
    collapseAlike({ ...graph, nodes: graph.nodes.slice(1), edges: graph.edges.slice(1) }, 'none').nodes,
  ).toHaveLength(4)
})
