import { expect, it } from 'vitest'
import type { PlacedNode } from './graph.ts'
import { neighborOf } from './neighbor.ts'

const at = (id: string, x: number, y: number): PlacedNode => ({ id, label: id, kind: '', x, y, width: 100, height: 40 })
const nodes = [at('a', 0, 0), at('b', 200, 0), at('c', 200, 80), at('d', 400, 10)]

it('goes to the nearest node in the direction of the arrow', () => {
  const [a, b] = nodes
  if (a === undefined || b === undefined) throw new Error('nodes are missing')
  expect(neighborOf(nodes, a, 'ArrowRight')?.id).toBe('b')
  expect(neighborOf(nodes, b, 'ArrowDown')?.id).toBe('c')
  expect(neighborOf(nodes, b, 'ArrowRight')?.id).toBe('d')
  expect(neighborOf(nodes, a, 'ArrowLeft')).toBeUndefined()
})
