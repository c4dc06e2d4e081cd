import { IconRoute } from '@tabler/icons-react'
import { client } from '../ground/client.ts'
import { finds, type RegisteredPage } from '../kit/registered-page.ts'
import { pipelinePath, pipelineRunPath, pipelinesPath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  {
    path: pipelinesPath,
    load: () => import('./pipelines-page.tsx'),
    menu: { label: 'Pipelines', section: 'build', order: 2, key: 'p', icon: IconRoute },
  },
  {
    path: pipelinePath,
    load: () => import('./pipeline-page.tsx'),
    finds: finds('Pipeline', client.pipelines.list, ({ name }) => [name, pipelinePath(name)]),
    ids: { pln: async (id) => pipelinePath((await client.pipelines.get({ pipeline: id })).name), plv: pageOfVersion },
  },
  { path: pipelineRunPath, load: () => import('./run-page.tsx'), ids: { plr: pipelineRunPath } },
]

/** Versions are asked for by their pipeline. */
async function pageOfVersion(id: string): Promise<string> {
  const { items } = await client.pipelines.list({ limit: 1000 })
  const lists = await Promise.all(items.map(({ name }) => client.pipelines.versions.list({ pipeline: name })))
  const found = lists.flatMap((list) => list.items).find((version) => version.id === id)
  return found === undefined ? pipelinesPath() : `${pipelinePath(found.pipeline)}?tab=versions&version=${found.version}`
}
