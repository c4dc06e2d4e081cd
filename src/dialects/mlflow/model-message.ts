import type { Model, ModelVersion } from '../../modules/registry/index.ts'
import { compact } from './wire-json.ts'

const statuses = { pending: 'PENDING_REGISTRATION', ready: 'READY', failed: 'FAILED_REGISTRATION' } as const

/** What this dialect keeps in a version's metadata beside the columns. */
export interface VersionMetadata {
  readonly runLink?: string
}

export function toVersionMessage(version: ModelVersion) {
  const { runLink } = version.metadata as VersionMetadata
  return compact({
    name: version.model,
    version: String(version.version),
    creation_timestamp: version.createdAt,
    last_updated_timestamp: version.updatedAt,
    user_id: version.createdBy,
    current_stage: version.stage,
    description: version.description,
    source: version.source ?? `mlflow-artifacts:/versions/${version.id}`,
    run_id: version.runId ?? '',
    status: statuses[version.status],
    status_message: version.statusMessage,
    run_link: runLink ?? '',
    model_id: version.loggedModelId,
    tags: Object.entries(version.tags).map(([key, value]) => ({ key, value })),
    aliases: version.aliases,
  })
}

/** Versions as parts of another message: oldest first, and without the aliases, which stand beside them. */
export function toLatestMessages(latest: readonly ModelVersion[]) {
  return latest
    .toSorted((a, b) => a.version - b.version)
    .map((version) => toVersionMessage({ ...version, aliases: [] }))
}

export function toModelMessage(model: Model, latest: readonly ModelVersion[]) {
  return compact({
    name: model.name,
    creation_timestamp: model.createdAt,
    last_updated_timestamp: model.updatedAt,
    description: model.description === '' ? undefined : model.description,
    latest_versions: toLatestMessages(latest),
    tags: Object.entries(model.tags).map(([key, value]) => ({ key, value })),
    aliases: Object.entries(model.aliases).map(([alias, version]) => ({ alias, version: String(version) })),
  })
}
