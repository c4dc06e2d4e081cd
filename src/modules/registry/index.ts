/**
 * Registry: models, their immutable versions, the aliases that point at versions, and the audit of every move.
 *
 * Promises: a version's number is never used twice and its files never change; the digest names exactly those files; an
 * alias points at one version at any time and every move is recorded with who and why. Emits `registry.model.created`,
 * `registry.version.created`, `registry.tags.changed`, `registry.alias.moved` and `registry.alias.approved`.
 */
import { defineModule } from '../../platform/platform.ts'
import { tracking } from '../tracking/index.ts'
import { aliasApproved } from './alias-rule.ts'
import { createRegistry } from './create.ts'
import { registryLineage } from './lineage.ts'
import { aliasMoved, modelCreated, tagsChanged, versionCreated } from './model.ts'
import { operations } from './operations.ts'
import type { Registry } from './service.ts'
import { registryMigrations } from './tables.ts'

export { AliasCheck, AliasRule, Approval, aliasApproved } from './alias-rule.ts'
export type { ReadFormat, Reading } from './formats.ts'
export { modelVersionNode, verdictNode } from './lineage.ts'
export {
  AliasMove,
  AliasName,
  aliasMoved,
  Comparison,
  Component,
  Model,
  ModelFile,
  ModelName,
  ModelVersion,
  modelCreated,
  parseVersionRef,
  registryErrors,
  Signature,
  Stage,
  tagsChanged,
  type VersionRef,
  VersionStatus,
  versionCreated,
} from './model.ts'
export type {
  AliasChange,
  ModelChanges,
  ModelQuery,
  NewModel,
  NewModelVersion,
  VersionChanges,
  VersionQuery,
} from './requests.ts'
export type { Registry } from './service.ts'

export const registry = defineModule({
  name: 'registry',
  needs: { tracking },
  config: {},
  migrations: registryMigrations,
  events: [modelCreated, versionCreated, tagsChanged, aliasMoved, aliasApproved],
  operations,
  create: ({ platform, needs }) => ({
    door: createRegistry({ ...platform, db: platform.db.typed(), tracking: needs.tracking }),
  }),
  declares: {
    resources: [{ noun: 'model', find: (registry: Registry, name) => registry.getModel(name) }],
    lineage: registryLineage,
  },
  blobRoots: ({ door }) => door.fileDigests(),
})
