import type { Field } from '../../kernel/filter.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Component, ModelFile, Signature, VersionStatus } from './model.ts'

/** What callers of the registry hand over: new things, changes and questions. */

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
  /** Versions that it is made of. */
  readonly components?: readonly Component[] | undefined
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
