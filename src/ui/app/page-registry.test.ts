import { globSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { menu, menuEntryOf, registeredPages } from './page-registry.ts'

const twice = (all: readonly string[]) => all.filter((one, index) => all.indexOf(one) !== index)

it('has one page for an address, one entry for a shortcut, one page for a kind of id', () => {
  expect(twice(registeredPages.map(({ path }) => path.pattern))).toEqual([])
  expect(twice(menu.map(({ key }) => key))).toEqual([])
  expect(twice(registeredPages.flatMap(({ ids = {} }) => Object.keys(ids)))).toEqual([])
})

it('tells every page as part of an entry of the menu', () => {
  expect(menuEntryOf('/runs/compare')?.label).toBe('Experiments')
  expect(menuEntryOf('/traces/tr-1')?.label).toBe('Experiments')
  expect(menuEntryOf('/')?.label).toBe('Overview')
  expect(registeredPages.filter(({ path }) => menuEntryOf(path.pattern) === undefined)).toEqual([])
})

it('keeps the menu in the order of the loop', () => {
  expect(menu.map(({ label }) => label).slice(0, 6)).toEqual([
    'Overview',
    'Datasets',
    'Pipelines',
    'Experiments',
    'Reports',
    'Models',
  ])
})

/** Ids that only the server itself reads, or that no answer gives: its processes, jobs, requests, uploads, moves of an alias. */
const inner = ['own', 'job', 'req', 'upl', 'mov']

it('has a page for every kind of id that the server makes', () => {
  const files = globSync('src/**/*.ts').filter((file) => !/\.test\.ts$|^src\/testing\//.test(file))
  const made = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\bids\('([a-z]{3})'\)/g)].map(([, prefix = '']) => prefix),
  )
  const shown = registeredPages.flatMap(({ ids = {} }) => Object.keys(ids))
  expect(made.length).toBeGreaterThan(30)
  expect(made.filter((prefix) => !shown.includes(prefix) && !inner.includes(prefix))).toEqual([])
  expect(shown.filter((prefix) => !made.includes(prefix))).toEqual([])
})
