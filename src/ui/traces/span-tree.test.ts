import { expect, it } from 'vitest'
import type { Span } from '../ground/wire.ts'
import { partsOf, placeSpans } from './span-tree.ts'

function span(id: string, startNs: string, more: Partial<Span> = {}): Span {
  const facts = { traceId: 'tr-1', name: id, kind: 'internal', status: 'OK', attributes: {} } as const
  return { ...facts, id, startNs, events: [], links: [], resource: {}, ...more }
}

it('puts each span before its children, and those in order of their begin', () => {
  const placed = placeSpans([
    span('root', '1000'),
    span('late', '5000', { parentId: 'root' }),
    span('early', '2000', { parentId: 'root' }),
    span('leaf', '6000', { parentId: 'late' }),
  ])
  expect(placed.map((one) => [one.span.id, one.depth])).toEqual([
    ['root', 0],
    ['late', 1],
    ['leaf', 2],
    ['early', 1],
  ])
})

it('shows a span whose parent did not arrive, and one that is its own parent, as roots', () => {
  const placed = placeSpans([span('orphan', '1', { parentId: 'gone' }), span('self', '2', { parentId: 'self' })])
  expect(placed.map((one) => [one.span.id, one.depth])).toEqual([
    ['orphan', 0],
    ['self', 0],
  ])
})

it('keeps microseconds of times that a double cannot hold', () => {
  const [, second] = placeSpans([
    span('a', '1700000000000000001'),
    span('b', '1700000000000001001', { endNs: '1700000000002001001' }),
  ])
  expect([second?.startMs, second?.endMs]).toEqual([0.001, 2.001])
})

it('finds what went in and out by the names that instrumentations use', () => {
  const parts = partsOf(span('a', '1', { attributes: { 'input.value': '{"q": 1}', 'output.value': 'yes', other: 2 } }))
  expect(parts).toEqual({ type: undefined, inputs: { q: 1 }, outputs: 'yes', rest: { other: 2 } })
})
