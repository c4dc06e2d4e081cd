import { createTable, type Migration } from '../../kernel/migration.ts'

export interface DatasetRow {
  id: string
  name: string
  description: string
  /** Counts up and never down: a version's number is not used again after it was deleted. */
  lastVersion: number
  createdAt: number
  updatedAt: number
  deletedAt: number | null
}

export interface VersionRow {
  id: string
  datasetId: string
  version: number
  /** Digest of the manifest; `datasets_files` holds its lines. */
  manifest: string
  fileCount: number
  sizeBytes: number
  message: string
  parents: string
  stepRunId: string | null
  metadata: string
  createdAt: number
  deletedAt: number | null
}

/** Lines of a manifest. Keyed by content: versions with the same files share them. */
export interface FileRow {
  manifest: string
  path: string
  digest: string
  sizeBytes: number
}

/** What analytics found in a manifest; keyed by content, so it is computed once. */
export interface TableFactsRow {
  manifest: string
  /** A file's path, or empty for all tables of the manifest together. */
  path: string
  rowCount: number
  columns: string
  /** Why it cannot be read, when it cannot. */
  problem: string | null
}

/** A full profile, kept once somebody asked for it; keyed as the facts are. */
export interface ProfileRow {
  manifest: string
  path: string
  profile: string
}

export interface DatasetTables {
  datasets_datasets: DatasetRow
  datasets_versions: VersionRow
  datasets_files: FileRow
  datasets_tableFacts: TableFactsRow
  datasets_profiles: ProfileRow
}

export const migrations: readonly Migration[] = [
  {
    name: 'datasets/001_datasets',
    changes: [
      createTable('datasets_datasets', {
        columns: {
          id: 'id',
          name: 'text',
          description: 'text',
          lastVersion: 'int',
          createdAt: 'time',
          updatedAt: 'time',
          deletedAt: 'time?',
        },
        primaryKey: ['id'],
        indexes: [{ columns: ['name'], unique: true, where: '"deletedAt" IS NULL' }],
      }),
      createTable('datasets_versions', {
        columns: {
          id: 'id',
          datasetId: 'id',
          version: 'int',
          manifest: 'text',
          fileCount: 'int',
          sizeBytes: 'int',
          message: 'text',
          parents: 'json',
          stepRunId: 'text?',
          metadata: 'json',
          createdAt: 'time',
          deletedAt: 'time?',
        },
        primaryKey: ['id'],
        unique: [['datasetId', 'version']],
        indexes: [{ columns: ['manifest'] }],
      }),
      createTable('datasets_files', {
        columns: { manifest: 'text', path: 'text', digest: 'text', sizeBytes: 'int' },
        primaryKey: ['manifest', 'path'],
      }),
      createTable('datasets_tableFacts', {
        columns: {
          manifest: 'text',
          path: 'text',
          rowCount: 'int',
          columns: 'json',
          problem: 'text?',
        },
        primaryKey: ['manifest', 'path'],
      }),
      createTable('datasets_profiles', {
        columns: { manifest: 'text', path: 'text', profile: 'json' },
        primaryKey: ['manifest', 'path'],
      }),
    ],
  },
]
