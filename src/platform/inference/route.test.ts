import { describe, expect, it } from 'vitest'
import { type Routing, routeRequest } from './route.ts'

const variants = [
  { name: 'a', version: '1', weight: 50 },
  { name: 'b', version: '2', weight: 50 },
]
const rules = [
  { header: 'x-beta', value: 'gone', variant: 'removed' },
  { header: 'x-beta', value: 'yes', variant: 'b' },
]
const route = (request: object, routing?: Routing) =>
  routeRequest({ salt: 'demo', variants, routing }, { id: 'prd_1', ...request })

describe('the router', () => {
  it('keeps a key on one variant, whichever way the key comes', () => {
    const byParameter = route({ routeKey: 'ann' })
    expect(byParameter?.unit).toEqual(expect.any(Number))
    expect(route({ id: 'prd_2', metadata: { 'slipway-route-key': 'ann' } })).toEqual(byParameter)
    const routing = { keyHeader: 'x-user', rules: [] }
    expect(route({ id: 'prd_3', metadata: { 'x-user': ['ann'], 'slipway-route-key': 'bo' } }, routing)).toEqual(
      byParameter,
    )
  })

  it('sends a header to the variant of its rule, past the split, and counts it as no random choice', () => {
    const keys = Array.from({ length: 50 }, (_, index) => `user-${index}`)
    for (const routeKey of keys)
      expect(route({ routeKey, metadata: { 'x-beta': 'yes' } }, { rules })).toEqual({
        variant: variants[1],
        unit: null,
      })
    const others = new Set(
      keys.map((routeKey) => route({ routeKey, metadata: { 'x-beta': 'no' } }, { rules })?.variant),
    )
    expect(others).toEqual(new Set(variants))
  })

  it('passes over a rule whose variant is not live', () => {
    expect(route({ routeKey: 'ann', metadata: { 'x-beta': 'gone' } }, { rules })).toEqual(route({ routeKey: 'ann' }))
  })

  it('puts a pinned version before the rules, and knows no version that is not live', () => {
    expect(route({ version: '1', metadata: { 'x-beta': 'yes' } }, { rules })).toEqual({
      variant: variants[0],
      unit: null,
    })
    expect(route({ version: '9' })).toBeUndefined()
  })

  it('gives a single variant everything, and nothing when nothing is deployed', () => {
    const single = { salt: 'demo', variants: variants.slice(0, 1) }
    expect(routeRequest(single, { id: 'prd_1', routeKey: 'ann' })).toEqual({ variant: variants[0], unit: null })
    expect(routeRequest({ salt: 'demo', variants: [] }, { id: 'prd_1' })).toBeUndefined()
  })
})
