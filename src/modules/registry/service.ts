import type { Field } from '../../kernel/filter.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Page } from '../../kernel/paging.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { AliasCheck, AliasRule, Approval } from './alias-rule.ts'
import type { AliasQuestion, FindVerdict, NewAliasRule, NewApproval } from './alias-rules.ts'
import type { AliasMove, Comparison, Model, ModelFile, ModelVersion, Signature, Stage, VersionStatus } from './model.ts'

/**
 * The door of the registry. Writing functions take an open transaction as last argument when the caller has more to make
 * true together with them. `ref` is `name@alias`, `name/3`, `name@latest`, `name` or an id.
 */
export interface Registry {
  ensureModel(name: string, tx?: Tx): Promise<Model>
  createModel(input: NewModel): Promise<Model>
  /** By name or id. */
  getModel(model: string): Promise<Model>
  findModel(model: string): Promise<Model | undefined>
  searchModels(query: ModelQuery): Promise<Page<Model>>
  updateModel(model: string, changes: ModelChanges): Promise<Model>
  /** Removes the model, its versions, aliases and tags. */
  deleteModel(model: string): Promise<void>

  /** With `key`, repeating the call answers the version that is already there. The model is created when it is missing. */
  createVersion(input: NewModelVersion, tx?: Tx): Promise<ModelVersion>
  /** Throws `model_version_not_found`, `model_not_found` or `model_alias_not_found`. */
  resolve(ref: string): Promise<ModelVersion>
  findVersion(ref: string): Promise<ModelVersion | undefined>
  searchVersions(query: VersionQuery): Promise<Page<ModelVersion>>
  updateVersion(ref: string, changes: VersionChanges): Promise<ModelVersion>
  deleteVersion(ref: string): Promise<void>
  compareVersions(left: string, right: string): Promise<Comparison>
  /** Moves a version to a legacy stage; with `archiveExisting` the others in that stage become Archived. */
  setStage(ref: string, stage: Stage, options?: { archiveExisting?: boolean | undefined }): Promise<ModelVersion>

  /** Points the alias at the version; moving it to where it is changes nothing. Throws `alias_move_refused`. */
  setAlias(input: AliasChange, tx?: Tx): Promise<ModelVersion>
  /** Replaces the rule of the alias. */
  protectAlias(input: NewAliasRule): Promise<AliasRule>
  unprotectAlias(model: string, alias: string): Promise<void>
  listAliasRules(model: string): Promise<AliasRule[]>
  /** Whether the alias may move to the version now, and what is missing. */
  checkAlias(question: AliasQuestion): Promise<AliasCheck>
  /** Counts once for each person; answers all approvals of this version for this alias. */
  approve(input: NewApproval): Promise<Approval[]>
  withdrawApproval(input: AliasQuestion & { readonly by: string }): Promise<Approval[]>
  /** How gates are asked; the module that keeps them says so once. */
  askGates(find: FindVerdict): void
  /** Removing an alias that is not there changes nothing. */
  deleteAlias(input: {
    model: string
    alias: string
    reason?: string | undefined
    movedBy?: string | undefined
  }): Promise<void>
  findByAlias(model: string, alias: string): Promise<ModelVersion | undefined>
  /** Newest first. */
  listAliasMoves(query: { model: string; limit: number; cursor?: string | undefined }): Promise<Page<AliasMove>>
  /** Digests that the files of versions name. */
  fileDigests(): AsyncIterable<string>
}

export interface NewModel {
  readonly name: string
  readonly description?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

export interface ModelChanges {
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** Merged into the tags; null removes one. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined
}

/** For searches in the words of another protocol: turns the fields of filter and order into ours. */
export interface ForeignNames {
  readonly fieldName?: ((field: Field) => Field) | undefined
}

export interface ModelQuery extends ForeignNames {
  readonly filter?: string | undefined
  readonly orderBy?: readonly string[] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface NewModelVersion {
  /** Name of the model. */
  readonly model: string
  readonly files: readonly ModelFile[]
  readonly format: string
  readonly runId?: string | undefined
  readonly stepRunId?: string | undefined
  readonly loggedModelId?: string | undefined
  readonly source?: string | undefined
  readonly signature?: Signature | undefined
  readonly metadata?: JsonObject | undefined
  readonly description?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly status?: VersionStatus | undefined
  readonly createdBy?: string | undefined
  /** Makes the call idempotent: unique within the model. */
  readonly key?: string | undefined
}

export interface VersionQuery extends ForeignNames {
  /** Name or id; absent means all models. */
  readonly model?: string | undefined
  readonly filter?: string | undefined
  readonly orderBy?: readonly string[] | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface VersionChanges {
  readonly description?: string | undefined
  readonly tags?: Readonly<Record<string, string | null>> | undefined
  readonly status?: VersionStatus | undefined
  readonly statusMessage?: string | undefined
}

export interface AliasChange {
  readonly model: string
  readonly alias: string
  /** Version number. */
  readonly version: number
  readonly reason?: string | undefined
  readonly evidence?: JsonObject | undefined
  readonly movedBy?: string | undefined
}
