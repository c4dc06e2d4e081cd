import type { DatasetVersion } from '../../../sdk/index.ts'

/** How far adding or downloading has come. */
export interface TransferProgress {
  readonly step: 'reading' | 'uploading' | 'downloading'
  readonly doneBytes: number
  readonly totalBytes: number
  readonly doneFiles: number
  readonly totalFiles: number
}

export type ReportProgress = (progress: TransferProgress) => void

/** What the server lacked. */
export interface Sent {
  readonly uploadedCount: number
  readonly uploadedBytes: number
}

export interface Added extends Sent {
  readonly version: DatasetVersion
  /** False when the newest version already had exactly these files. */
  readonly isNew: boolean
}
