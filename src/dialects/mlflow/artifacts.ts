import type { RawRoute } from '../../kernel/route.ts'
import { sendFile, toFileMessage } from './artifact-proxy.ts'
import { answer, type Mlflow, type Rpc, rpc } from './rpc.ts'
import { runIdOf } from './runs.ts'
import { invalid } from './wire-error.ts'
import { compact } from './wire-json.ts'

/** Listings of a run's files, for clients that do not use the proxy's own; paths are relative to the run here. */
export const artifactRoutes: readonly Rpc[] = [
  rpc('GET mlflow/artifacts/list', {
    allow: 'runs:read',
    run: async ({ tracking, directory }, fields) => {
      const run = await tracking.getRun(runIdOf(fields))
      const place = await directory.placeOf(run.experimentId)
      const entries = await tracking.listArtifacts(run.id, fields.filled('path'))
      return compact({
        root_uri: `${place.artifactRoot}/${run.id}/artifacts`,
        files: entries.map(toFileMessage).sort(byPath),
      })
    },
  }),
]

const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1)

/** Files by query parameters, as web pages of this protocol ask for them. */
export function fileRoutes(mlflow: Mlflow): RawRoute[] {
  const common = { method: 'GET', summary: 'MLflow: one artifact', body: 'none', allow: 'runs:read' } as const
  return [
    {
      ...common,
      path: '/get-artifact',
      run: answer(mlflow, async (request) => {
        const { query } = request
        const ownerId = query.get('run_id') ?? query.get('run_uuid')
        const path = query.get('path')
        if (!ownerId || !path) throw invalid('run_id and path are required')
        return sendFile(mlflow, request, { kind: 'owned', ownerId, path })
      }),
    },
    {
      ...common,
      path: '/model-versions/get-artifact',
      run: answer(mlflow, async (request) => {
        const { query } = request
        const [name, version, path] = [query.get('name'), query.get('version'), query.get('path')]
        if (!name || !version || !path) throw invalid('name, version and path are required')
        const { id } = await mlflow.registry.resolve(`${name}/${version}`)
        return sendFile(mlflow, request, { kind: 'version', versionId: id, path })
      }),
    },
    {
      ...common,
      path: '/ajax-api/2.0/mlflow/logged-models/{modelId}/artifacts/files',
      run: answer(mlflow, async (request) => {
        const { params, query } = request
        const path = query.get('artifact_file_path')
        if (!path) throw invalid('artifact_file_path is required')
        return sendFile(mlflow, request, { kind: 'owned', ownerId: params.modelId ?? '', path })
      }),
    },
  ]
}
