/**
 * Registry: models, their immutable versions, the aliases that point at versions, and the audit of every move.
 *
 * Promises: a version's number is never used twice and its files never change; the digest names exactly those files; an
 * alias points at one version at any time and every move is recorded with who and why. Emits `registry.version.created`
 * and `registry.alias.moved`.
 */
export {
  AliasMove,
  AliasName,
  aliasMoved,
  Comparison,
  Model,
  ModelFile,
  ModelName,
  ModelVersion,
  parseVersionRef,
  registryErrors,
  Signature,
  Stage,
  type VersionRef,
  VersionStatus,
  versionCreated,
} from './model.ts'
export { operations } from './operations.ts'
export type {
  AliasChange,
  ModelChanges,
  ModelQuery,
  NewModel,
  NewModelVersion,
  Registry,
  VersionChanges,
  VersionQuery,
} from './service.ts'
