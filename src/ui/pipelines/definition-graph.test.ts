import { expect, it } from 'vitest'
import { definitionGraph } from './definition-graph.ts'

const step = { retries: 0, cache: true, env: {}, after: [] as string[] }

it('draws steps with what they read and make, and joins steps by the outputs they pass on', () => {
  const { nodes, edges } = definitionGraph({
    name: 'train',
    parameters: {},
    steps: [
      {
        ...step,
        name: 'features',
        run: ['node', 'f.ts'],
        inputs: { raw: 'dataset/flights@latest' },
        outputs: { table: 'files' },
      },
      {
        ...step,
        name: 'train',
        run: 'node t.ts',
        inputs: { table: 'step/features.table', champion: 'model/delay@champion?' },
        outputs: { model: 'model/delay' },
      },
    ],
  })
  expect(nodes.map(({ id }) => id)).toEqual([
    'in dataset/flights@latest',
    'in model/delay@champion',
    'out model/delay',
    'features',
    'train',
  ])
  expect(edges.map(({ from, to }) => `${from} > ${to}`)).toEqual([
    'in dataset/flights@latest > features',
    'features > train',
    'in model/delay@champion > train',
    'train > out model/delay',
  ])
})
