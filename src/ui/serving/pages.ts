import { IconBroadcast } from '@tabler/icons-react'
import { client } from '../ground/client.ts'
import { pointingAt } from '../kit/path.ts'
import { finds, type RegisteredPage } from '../kit/registered-page.ts'
import { batchesPath, deploymentPath, deploymentsPath, environmentsPath, fleetPath, predictionPath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  {
    path: deploymentsPath,
    load: () => import('./deployments-page.tsx'),
    menu: { label: 'Deployments', section: 'run', order: 1, key: 'y', icon: IconBroadcast },
  },
  {
    path: deploymentPath,
    load: () => import('./deployment-page.tsx'),
    finds: finds('Deployment', client.deployments.list, ({ name }) => [name, deploymentPath(name)]),
    ids: {
      dep: async (id) => deploymentPath((await client.deployments.get({ name: id })).name),
      rol: async (id) => pointingAt(id, deploymentPath((await client.rollouts.get({ id })).deployment), 'rollouts'),
      shd: async (id) => pointingAt(id, deploymentPath((await client.shadows.get({ id })).deployment), 'shadows'),
      abt: async (id) => pointingAt(id, deploymentPath((await client.abTests.get({ id })).deployment), 'tests'),
      bnd: async (id) => pointingAt(id, deploymentPath((await client.bandits.get({ id })).deployment), 'tests'),
      rpl: async (id) => pointingAt(id, deploymentPath((await client.replays.get({ id })).deployment), 'replays'),
    },
  },
  {
    path: batchesPath,
    label: 'Batch predictions',
    load: () => import('./batches-page.tsx'),
    ids: { bat: (id) => pointingAt(id, batchesPath()) },
  },
  { path: environmentsPath, label: 'Python environments', load: () => import('./environments-page.tsx') },
  {
    path: fleetPath,
    label: 'Fleet',
    load: () => import('./fleet-page.tsx'),
    ids: { mbr: (id) => pointingAt(id, fleetPath()) },
  },
  { path: predictionPath, load: () => import('./prediction-page.tsx'), ids: { prd: predictionPath } },
]
