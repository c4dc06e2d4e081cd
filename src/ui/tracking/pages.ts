import { IconFlask } from '@tabler/icons-react'
import { client } from '../ground/client.ts'
import { pointingAt } from '../kit/path.ts'
import { finds, type RegisteredPage } from '../kit/registered-page.ts'
import { compareRunsPath, experimentPath, experimentsPath, runPath, runsPath, watchesPath } from './paths.ts'
import { prefetchRuns } from './runs/prefetch.ts'

export const pages: readonly RegisteredPage[] = [
  {
    path: experimentsPath,
    load: () => import('./experiments-page.tsx'),
    menu: { label: 'Experiments', section: 'build', order: 3, key: 'e', icon: IconFlask },
  },
  {
    path: experimentPath,
    load: () => import('./runs/experiment-page.tsx'),
    ask: (queries, { experiment }, search) => prefetchRuns(queries, experiment, search),
    finds: finds('Experiment', client.experiments.list, ({ name }) => [name, experimentPath(name)]),
    ids: { exp: async (id) => experimentPath((await client.experiments.get({ experiment: id })).name) },
  },
  {
    path: runsPath,
    label: 'All runs',
    load: () => import('./runs/runs-page.tsx'),
    ask: (queries, _, search) => prefetchRuns(queries, undefined, search),
  },
  { path: watchesPath, load: () => import('./watches-page.tsx'), ids: { wat: pageOfWatch } },
  { path: compareRunsPath, load: () => import('./compare/compare-page.tsx') },
  {
    path: runPath,
    load: () => import('./run-page.tsx'),
    finds: finds('Run', client.runs.search, ({ name, id }) => [name, runPath(id)]),
    ids: { run: runPath },
  },
]

/** Watches are asked for by their experiment: the newest experiments are asked first, a few at a time. */
async function pageOfWatch(id: string): Promise<string> {
  const { items } = await client.experiments.list({ limit: 1000 })
  for (let next = 0; next < items.length; next += 8) {
    const some = items.slice(next, next + 8)
    const lists = await Promise.all(some.map(({ name }) => client.experiments.watches.list({ experiment: name })))
    const place = lists.findIndex((list) => list.items.some((watch) => watch.id === id))
    const found = some[place]
    if (found !== undefined) return pointingAt(id, watchesPath(found.name))
  }
  return experimentsPath()
}
