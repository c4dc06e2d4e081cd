import { IconDatabase } from '@tabler/icons-react'
import { client } from '../ground/client.ts'
import { finds, type RegisteredPage } from '../kit/registered-page.ts'
import { datasetPath, datasetsPath, datasetVersionPath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  {
    path: datasetsPath,
    load: () => import('./datasets-page.tsx'),
    menu: { label: 'Datasets', section: 'build', order: 1, key: 'd', icon: IconDatabase },
  },
  {
    path: datasetPath,
    load: () => import('./dataset-page.tsx'),
    finds: finds('Dataset', client.datasets.list, ({ name }) => [name, datasetPath(name)]),
    ids: { dst: async (id) => datasetPath((await client.datasets.get({ dataset: id })).name) },
  },
  {
    path: datasetVersionPath,
    load: () => import('./version-page.tsx'),
    ids: {
      dsv: async (id) => {
        const { dataset, version } = await client.datasets.versions.get({ dataset: '-', version: id })
        return datasetVersionPath(dataset, version)
      },
    },
  },
]
