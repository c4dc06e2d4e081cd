export type AnalyticsParameter = string | number | boolean | null

/** What the worker is told when it starts. */
export interface WorkerSettings {
  /** Only files in or under these can be opened. */
  readonly folders: readonly string[]
  readonly tempFolder: string
  readonly memoryLimitMb: number
  readonly threads: number
}

export type WorkerRequest =
  | {
      readonly kind: 'query'
      readonly id: number
      readonly sql: string
      readonly parameters: readonly AnalyticsParameter[]
    }
  | { readonly kind: 'cancel'; readonly id: number }

export type WorkerAnswer =
  | { readonly kind: 'rows'; readonly id: number; readonly columns: readonly string[]; readonly rows: unknown[][] }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
