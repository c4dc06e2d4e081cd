import { IconFlask } from '@tabler/icons-react'
import { client } from '../ground/client.ts'
import { finds, type RegisteredPage } from '../kit/registered-page.ts'
import { compareRunsPath, experimentPath, experimentsPath, runPath, runsPath } from './paths.ts'
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
  { path: compareRunsPath, load: () => import('./compare/compare-page.tsx') },
  {
    path: runPath,
    load: () => import('./run-page.tsx'),
    finds: finds('Run', client.runs.search, ({ name, id }) => [name, runPath(id)]),
    ids: { run: runPath },
  },
]
