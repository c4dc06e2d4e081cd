import type { Page } from '../../kernel/paging.ts'
import type { Tx } from '../../platform/db/index.ts'
import type { AliasCheck, AliasRule, Approval } from './alias-rule.ts'
import type { AliasQuestion, NewAliasRule, NewApproval } from './alias-rules.ts'
import type { ReadFormat } from './formats.ts'
import type { FindVerdict } from './gates.ts'
import type { AliasMove, Comparison, Model, ModelVersion, Stage } from './model.ts'
import type {
  AliasChange,
  ModelChanges,
  ModelQuery,
  NewModel,
  NewModelVersion,
  VersionChanges,
  VersionQuery,
} from './requests.ts'

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
  /** Removes the model, its versions, aliases and tags. Throws `model_version_used`. */
  deleteModel(model: string): Promise<void>

  /**
   * With `key`, repeating the call answers the version that is already there. The model is created when it is missing.
   * Files of a format that somebody reads are read first, outside a caller's transaction; what is wrong with them is thrown.
   */
  createVersion(input: NewModelVersion, tx?: Tx): Promise<ModelVersion>
  /** Throws `model_version_not_found`, `model_not_found` or `model_alias_not_found`. */
  resolve(ref: string): Promise<ModelVersion>
  findVersion(ref: string): Promise<ModelVersion | undefined>
  searchVersions(query: VersionQuery): Promise<Page<ModelVersion>>
  updateVersion(ref: string, changes: VersionChanges): Promise<ModelVersion>
  /** Throws `model_version_used` when another version is made of it. */
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
  /** How new versions of a format are looked into; the module that knows the format says so once. */
  readFormat(format: string, read: ReadFormat): void
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
