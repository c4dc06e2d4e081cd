import type { DatasetFile, DatasetVersion } from './model.ts'

/** What callers of datasets hand over. */

export interface NewVersion {
  /** Name or id; the dataset must exist (`ensureDataset`). */
  readonly dataset: string
  /** Their bytes are already in the blob store; at least one file. */
  readonly files: readonly DatasetFile[]
  readonly message?: string | undefined
  readonly producedBy?: { readonly stepRunId: string } | undefined
  /** Ids of the dataset versions it was made from. */
  readonly parents?: readonly string[] | undefined
  readonly metadata?: DatasetVersion['metadata'] | undefined
}
