import { expect, it } from 'vitest'
import { path } from './path.ts'

it('writes the address of a page and keeps its pattern for the router', () => {
  const version = path('/models/$model/$version')
  expect(version('team/flight delay', 3)).toBe('/models/team%2Fflight%20delay/3')
  expect(version.pattern).toBe('/models/$model/$version')
  expect(path('/models')()).toBe('/models')
})
