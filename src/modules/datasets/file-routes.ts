import type { RawRequest, RawRoute } from '../../kernel/route.ts'
import type { Blobs } from '../../platform/blobs/index.ts'
import { answerContent } from './content-answer.ts'
import { pathProblem } from './file-path.ts'
import { datasetErrors, versionRefOf } from './model.ts'
import type { Datasets } from './service.ts'

/** Files of a version by their path: `GET` and `HEAD /v1/datasets/{dataset}/versions/{version}/files/{path}`. */
export function fileRoutes(datasets: Datasets, blobs: Blobs): RawRoute[] {
  const run = async (request: RawRequest) => {
    const { dataset = '', version = '', path = '' } = request.params
    const problem = pathProblem(path)
    if (problem !== undefined) throw datasetErrors.dataset_path_invalid({ path, problem })
    const { digest, sizeBytes } = await datasets.getFile(versionRefOf({ dataset, version }), path)
    const fileName = path.slice(path.lastIndexOf('/') + 1)
    return answerContent(blobs, request, { digest, sizeBytes, fileName })
  }
  const route = {
    path: '/v1/datasets/{dataset}/versions/{version}/files/{path*}',
    body: 'none',
    allow: 'datasets:read',
    run,
  } as const
  return [
    { ...route, method: 'GET', summary: 'Download a file of a version, or a range of it.' },
    { ...route, method: 'HEAD', summary: 'Ask for the size and digest of a file of a version.' },
  ]
}
