import { createHash } from 'node:crypto'
import { z } from 'zod'
import { defineErrors, type Joined } from '../../kernel/errors.ts'
import { defineEvent } from '../../kernel/event.ts'

const time = z.number().int().describe('Epoch milliseconds.')

export const DatasetName = z
  .string()
  .regex(
    /^(?!ds[tv]_)[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    'a name has 1 to 128 letters, digits, dots, dashes or underscores, begins with a letter or digit, and not with dst_ or dsv_',
  )
  .describe('Unique name of the dataset.')

export const Digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a digest is 64 lower-case hexadecimal digits (SHA-256)')
  .describe('SHA-256 of the bytes, lower-case hex.')

export const Dataset = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  latestVersion: z.number().int().optional().describe('Number of the newest version; absent before the first.'),
  versionCount: z.number().int(),
  createdAt: time,
  updatedAt: time,
})
export type Dataset = z.output<typeof Dataset>

export const DatasetFile = z.object({
  path: z.string().describe('Relative to the dataset, / between folders.'),
  digest: Digest,
  sizeBytes: z.number().int().nonnegative(),
})
export type DatasetFile = z.output<typeof DatasetFile>

/** A column as the analytics engine reads it; `kind` is what matters to a person or a chart. */
export const Column = z.object({
  name: z.string(),
  kind: z.enum(['text', 'integer', 'number', 'boolean', 'time', 'date', 'bytes', 'nested']),
  type: z.string().describe('SQL type, such as BIGINT or VARCHAR.'),
})
export type Column = z.output<typeof Column>

export const DatasetVersion = z.object({
  id: z.string(),
  datasetId: z.string(),
  dataset: z.string().describe('Name of the dataset.'),
  version: z.number().int().describe('1, 2, 3, … within the dataset; never used twice.'),
  digest: Digest.describe('SHA-256 of the manifest: one line `<digest>  <path>` per file, in byte order of the paths.'),
  fileCount: z.number().int(),
  sizeBytes: z.number().int(),
  message: z.string(),
  parents: z.array(z.string()).describe('Ids of the dataset versions it was made from.'),
  stepRunId: z.string().optional().describe('The pipeline step run that wrote it.'),
  metadata: z.record(z.string(), z.json()),
  rowCount: z.number().int().optional().describe('Rows of its tables; absent until they are counted, or without any.'),
  columns: z.array(Column).optional().describe('Columns, when all its tables have the same.'),
  createdAt: time,
})
export type DatasetVersion = z.output<typeof DatasetVersion>

/** A version with every file of it, as the door gives it to other modules. */
export type FullDatasetVersion = DatasetVersion & { readonly files: readonly DatasetFile[] }

export const FileChange = z.object({
  path: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  before: DatasetFile.omit({ path: true }).optional(),
  after: DatasetFile.omit({ path: true }).optional(),
})
export type FileChange = z.output<typeof FileChange>

export const VersionDiff = z.object({
  from: z.string().describe('Id of the older side.'),
  to: z.string(),
  addedCount: z.number().int(),
  removedCount: z.number().int(),
  changedCount: z.number().int(),
  unchangedCount: z.number().int(),
  changes: z.array(FileChange).describe('In order of the paths; at most 10,000, the counts are complete.'),
})
export type VersionDiff = z.output<typeof VersionDiff>

const Cell = z.json()

export const Preview = z.object({
  paths: z.array(z.string()).describe('The files it was read from.'),
  columns: z.array(Column),
  rows: z
    .array(z.record(z.string(), Cell))
    .describe(
      'By column name. Times are epoch milliseconds, dates text; integers beyond 2^53, NaN and infinities text.',
    ),
  rowCount: z.number().int().describe('Rows of the whole table.'),
})
export type Preview = z.output<typeof Preview>

export const ColumnProfile = Column.extend({
  nullCount: z.number().int(),
  distinctCount: z.number().int().describe('Approximate beyond a few thousand.'),
  min: Cell.optional(),
  max: Cell.optional(),
  mean: z.number().optional(),
  standardDeviation: z.number().optional(),
  quantiles: z
    .object({ p05: z.number(), p25: z.number(), p50: z.number(), p75: z.number(), p95: z.number() })
    .optional(),
  histogram: z
    .array(z.object({ from: z.number(), to: z.number(), count: z.number().int() }))
    .optional()
    .describe('Equal-width bins between min and max, for numbers.'),
  top: z
    .array(z.object({ value: Cell, count: z.number().int() }))
    .optional()
    .describe('The ten most frequent values, for text, booleans and integers with few values.'),
})
export type ColumnProfile = z.output<typeof ColumnProfile>

export const Profile = z.object({
  paths: z.array(z.string()),
  rowCount: z.number().int(),
  columns: z.array(ColumnProfile),
})
export type Profile = z.output<typeof Profile>

/** What one version of `dataset@version` text names; `dsv_…` ids carry everything themselves. */
export type VersionRef = { readonly id: string } | { readonly dataset: string; readonly version: number | 'latest' }

/** Reads `flights@3`, `flights@latest`, `flights` (the latest) or `dsv_…`; undefined when it is none of them. */
export function parseVersionRef(text: string): VersionRef | undefined {
  if (/^dsv_[0-9a-z]+$/.test(text)) return { id: text }
  const match = /^([A-Za-z0-9][A-Za-z0-9._-]{0,127})(?:@(latest|[1-9][0-9]{0,14}))?$/.exec(text)
  if (match?.[1] === undefined) return undefined
  const version = match[2] ?? 'latest'
  return { dataset: match[1], version: version === 'latest' ? 'latest' : Number(version) }
}

/** `flights` and `3` as the ref `flights@3`; the id of a version stands for itself. */
export function versionRefOf({ dataset, version }: { readonly dataset: string; readonly version: string }): string {
  return version.startsWith('dsv_') ? version : `${dataset}@${version}`
}

/** Files in byte order of their UTF-8 paths, the order in which both databases sort them too. */
export function inPathOrder<File extends { readonly path: string }>(files: readonly File[]): File[] {
  const keyed = files.map((file) => ({ key: Buffer.from(file.path), file }))
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ file }) => file)
}

/**
 * The identity of a version's content. The manifest is the text that `sha256sum` prints for the files in byte order, so
 * `find * -type f | LC_ALL=C sort | xargs sha256sum | sha256sum` in a folder gives the digest of the version made from it.
 */
export function manifestDigest(sorted: readonly DatasetFile[]): string {
  const hash = createHash('sha256')
  for (const file of sorted) hash.update(`${file.digest}  ${file.path}\n`)
  return hash.digest('hex')
}

/** How many files an event lists; a subscriber that needs more asks for the version's files. */
export const eventFileLimit = 1000

export const versionCreated = defineEvent(
  'datasets.version.created',
  'A version was added to a dataset.',
  z.object({
    versionId: z.string(),
    dataset: z.string(),
    version: z.number(),
    digest: z.string(),
    parents: z.array(z.string()),
    stepRunId: z.string().optional(),
    fileCount: z.number(),
    files: z
      .array(z.object({ path: z.string(), digest: z.string() }))
      .describe('The first 1,000 in order of the path.'),
  }),
  { sentence: 'Dataset {dataset}@{version} was added' },
)

export const versionDeleted = defineEvent(
  'datasets.version.deleted',
  'A version was deleted; its record stays for lineage, its bytes may be collected.',
  z.object({ versionId: z.string(), dataset: z.string(), version: z.number() }),
  { sentence: 'Dataset {dataset}@{version} was deleted' },
)

export const datasetErrors = defineErrors({
  dataset_not_found: ['not_found', 'There is no dataset {dataset}.', 'slipway datasets list'],
  dataset_exists: ['conflict', 'There is already a dataset {dataset}.', 'Add a version to it instead.'],
  dataset_not_empty: [
    'conflict',
    'Dataset {dataset} has {count} version(s).',
    'Delete them first, or pass withVersions=true.',
  ],
  dataset_version_not_found: ['not_found', 'There is no dataset version {version}.', 'slipway datasets versions list'],
  dataset_version_deleted: ['gone', 'Dataset version {version} was deleted.'],
  dataset_ref_invalid: ['invalid', '"{ref}" does not name a dataset version.', 'Write name@3, name@latest or an id.'],
  dataset_file_not_found: ['not_found', 'Dataset version {version} has no file {path}.'],
  dataset_path_invalid: ['invalid', '"{path}" cannot be a path in a dataset: {problem}.'],
  digest_header_invalid: ['invalid', 'Slipway-Digest "{value}" is not a SHA-256 in 64 lower-case hexadecimal digits.'],
  offset_header_invalid: [
    'invalid',
    'Slipway-Offset "{value}" is not a byte position.',
    'Send the offset that HEAD on the upload tells.',
  ],
  dataset_files_invalid: ['invalid', '{count} of the files cannot be stored: {problems}.'],
  file_list_invalid: ['invalid', 'Line {line} of the file list {digest} is not a file: {problem}.'],
  dataset_no_table: [
    'invalid',
    'Dataset version {version} has nothing to read as a table: {problem}.',
    'Parquet, CSV, TSV and JSON lines files are read; name one with path.',
  ],
})

declare module '../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof datasetErrors> {}
}
