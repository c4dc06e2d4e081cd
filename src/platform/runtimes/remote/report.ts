import type { ModelSource, RemoteRuntime } from '../../inference/index.ts'
import type { RemoteDescription } from '../remote-client.ts'

/** A remote model that is to be looked at, with what its owner says of its tensors; empty where that server tells it. */
export interface RemoteSource extends Pick<ModelSource, 'inputs' | 'outputs'> {
  readonly runtime: RemoteRuntime
}

export interface RemoteInspection extends RemoteDescription {
  readonly isBatchable: boolean
}

/** What the process that looked prints. */
export type RemoteReport =
  | RemoteInspection
  | { readonly problem: string; readonly fix: string; readonly isAway?: boolean }
