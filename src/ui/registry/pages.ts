import { IconBox } from '@tabler/icons-react'
import { client } from '../ground/client.ts'
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
    ids: { mdl: async (id) => modelPath((await client.models.get({ model: id })).name) },
  },
  {
    path: modelVersionPath,
    load: () => import('./version-page.tsx'),
    ids: {
      mdv: pageOfVersion,
      ver: async (id) => pageOfVersion((await client.verdicts.get({ verdict: id })).modelVersionId),
      cnv: async (id) => {
        const { model, version } = await client.models.conversions.get({ id })
        return `${modelVersionPath(model, version)}?tab=onnx`
      },
    },
  },
]

async function pageOfVersion(id: string): Promise<string> {
  const { model, version } = await client.models.versions.get({ model: '-', version: id })
  return modelVersionPath(model, version)
}
