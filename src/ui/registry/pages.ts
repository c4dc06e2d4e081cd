import { IconBox } from '@tabler/icons-react'
import { client } from '../ground/client.ts'
import { pointingAt } from '../kit/path.ts'
import { finds, type RegisteredPage } from '../kit/registered-page.ts'
import { modelPath, modelsPath, modelVersionPath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  {
    path: modelsPath,
    load: () => import('./models-page.tsx'),
    menu: { label: 'Models', section: 'build', order: 5, key: 'm', icon: IconBox },
  },
  {
    path: modelPath,
    load: () => import('./model-page.tsx'),
    finds: finds('Model', client.models.list, ({ name }) => [name, modelPath(name)]),
    ids: {
      mdl: async (id) => modelPath((await client.models.get({ model: id })).name),
      // Gates are asked for by name; their list is short.
      gat: async (id) => {
        const gate = (await client.gates.list({ limit: 1000 })).items.find((each) => each.id === id)
        return gate === undefined ? modelsPath() : pointingAt(id, modelPath(gate.model))
      },
    },
  },
  {
    path: modelVersionPath,
    load: () => import('./version-page.tsx'),
    ids: {
      mdv: pageOfVersion,
      ver: async (id) =>
        pointingAt(id, await pageOfVersion((await client.verdicts.get({ verdict: id })).modelVersionId)),
      cnv: async (id) => {
        const { model, version } = await client.models.conversions.get({ id })
        return pointingAt(id, modelVersionPath(model, version), 'onnx')
      },
    },
  },
]

async function pageOfVersion(id: string): Promise<string> {
  const { model, version } = await client.models.versions.get({ model: '-', version: id })
  return modelVersionPath(model, version)
}
