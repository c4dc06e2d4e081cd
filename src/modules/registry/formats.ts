import type { JsonObject } from '../../kernel/json.ts'
import type { Component, ModelFile, Signature } from './model.ts'

/** What the module that knows a format found in the files of a version. */
export interface Reading {
  readonly signature: Signature
  readonly components: readonly Component[]
  /** Kept with what the caller wants to be remembered. */
  readonly metadata: JsonObject
}

/** Looks into the files of a version before it is added. Throws when they are no version of the format. */
export type ReadFormat = (version: { readonly model: string; readonly files: readonly ModelFile[] }) => Promise<Reading>

/** By format; each is filled by the module that knows it. */
export type Formats = Map<string, ReadFormat>
