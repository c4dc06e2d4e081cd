import { sqlPaths } from '../../platform/analytics/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { FullDatasetVersion } from '../datasets/index.ts'

/** Rows of a reference by column, sampled when there are more than `mostRows`. */
export interface ReferenceTable {
  readonly columns: readonly (readonly [feature: string, values: readonly unknown[]])[]
  readonly rowCount: number
}

/** 20 000 values hold the distribution functions to half a percent; more costs memory and changes no decision. */
export const mostRows = 20_000

const readers: Readonly<Record<string, (paths: string) => string>> = {
  parquet: (paths) => `read_parquet(${paths}, union_by_name = true)`,
  csv: (paths) => `read_csv(${paths}, union_by_name = true)`,
  tsv: (paths) => `read_csv(${paths}, union_by_name = true, delim = '\\t')`,
  json: (paths) => `read_json(${paths}, union_by_name = true)`,
  jsonl: (paths) => `read_json(${paths}, union_by_name = true, format = 'newline_delimited')`,
  ndjson: (paths) => `read_json(${paths}, union_by_name = true, format = 'newline_delimited')`,
}

/** Reads a sample of a dataset version's table; undefined when none of its files is one. */
export async function readReference(
  platform: Pick<Platform, 'blobs' | 'analytics'>,
  version: FullDatasetVersion,
): Promise<ReferenceTable | undefined> {
  const kind = Object.keys(readers).find((extension) => version.files.some((file) => isKind(file.path, extension)))
  const reader = kind === undefined ? undefined : readers[kind]
  if (kind === undefined || reader === undefined) return undefined
  const files = version.files.filter((file) => isKind(file.path, kind))
  const paths = await Promise.all(files.map((file) => platform.blobs.localPath(file.digest)))
  // A fixed seed: the same version gives the same reference as far as the engine's threads allow.
  const rows = await platform.analytics.query(
    `SELECT * FROM ${reader(sqlPaths(paths))} USING SAMPLE reservoir(${mostRows} ROWS) REPEATABLE (1)`,
  )
  const names = Object.keys(rows[0] ?? {})
  return { columns: names.map((name) => [name, rows.map((row) => row[name])] as const), rowCount: rows.length }
}

function isKind(path: string, extension: string): boolean {
  return path.toLowerCase().endsWith(`.${extension}`)
}
