import { createTable, type Migration } from '../../kernel/migration.ts'

export interface RegistryTables {
  registry_models: {
    id: string
    name: string
    description: string
    /** Highest number ever given, so that numbers are never used twice. */
    lastVersion: number
    createdAt: number
    updatedAt: number
  }
  registry_model_tags: { modelId: string; key: string; value: string }
  registry_versions: {
    id: string
    modelId: string
    version: number
    digest: string
    sizeBytes: number
    format: string
    status: string
    statusMessage: string | null
    stage: string
    description: string
    source: string | null
    runId: string | null
    stepRunId: string | null
    loggedModelId: string | null
    signature: string | null
    metadata: string
    key: string | null
    createdBy: string
    createdAt: number
    updatedAt: number
  }
  registry_version_tags: { versionId: string; key: string; value: string }
  registry_version_files: { versionId: string; path: string; digest: string; sizeBytes: number }
  registry_version_components: { versionId: string; node: string; componentId: string; ref: string }
  registry_aliases: { modelId: string; alias: string; versionId: string }
  registry_alias_moves: {
    id: string
    modelId: string
    alias: string
    fromVersion: number | null
    toVersion: number | null
    reason: string
    evidence: string | null
    movedBy: string
    at: number
  }
  registry_alias_rules: {
    modelId: string
    alias: string
    gates: string
    approvals: number
    createdBy: string
    createdAt: number
  }
  registry_approvals: {
    modelId: string
    versionId: string
    alias: string
    by: string
    comment: string
    at: number
  }
}

export const registryMigrations: readonly Migration[] = [
  {
    name: 'registry/001_first',
    changes: [
      createTable('registry_models', {
        columns: {
          id: 'id',
          name: 'text',
          description: 'text',
          lastVersion: 'int',
          createdAt: 'time',
          updatedAt: 'time',
        },
        primaryKey: ['id'],
        unique: [['name']],
      }),
      createTable('registry_model_tags', {
        columns: { modelId: 'id', key: 'text', value: 'text' },
        primaryKey: ['modelId', 'key'],
      }),
      createTable('registry_versions', {
        columns: {
          id: 'id',
          modelId: 'id',
          version: 'int',
          digest: 'text',
          sizeBytes: 'int',
          format: 'text',
          status: 'text',
          statusMessage: 'text?',
          stage: 'text',
          description: 'text',
          source: 'text?',
          runId: 'id?',
          stepRunId: 'id?',
          loggedModelId: 'id?',
          signature: 'json?',
          metadata: 'json',
          key: 'text?',
          createdBy: 'text',
          createdAt: 'time',
          updatedAt: 'time',
        },
        primaryKey: ['id'],
        unique: [['modelId', 'version']],
        indexes: [
          { columns: ['modelId', 'key'], unique: true, where: '"key" IS NOT NULL' },
          { columns: ['runId'], where: '"runId" IS NOT NULL' },
        ],
      }),
      createTable('registry_version_tags', {
        columns: { versionId: 'id', key: 'text', value: 'text' },
        primaryKey: ['versionId', 'key'],
      }),
      createTable('registry_version_files', {
        columns: { versionId: 'id', path: 'text', digest: 'text', sizeBytes: 'int' },
        primaryKey: ['versionId', 'path'],
      }),
      createTable('registry_aliases', {
        columns: { modelId: 'id', alias: 'text', versionId: 'id' },
        primaryKey: ['modelId', 'alias'],
        indexes: [{ columns: ['versionId'] }],
      }),
      createTable('registry_alias_moves', {
        columns: {
          id: 'id',
          modelId: 'id',
          alias: 'text',
          fromVersion: 'int?',
          toVersion: 'int?',
          reason: 'text',
          evidence: 'json?',
          movedBy: 'text',
          at: 'time',
        },
        primaryKey: ['id'],
        indexes: [{ columns: ['modelId', 'id'] }],
      }),
    ],
  },
  {
    name: 'registry/002_alias_rules',
    changes: [
      createTable('registry_alias_rules', {
        columns: {
          modelId: 'id',
          alias: 'text',
          gates: 'json',
          approvals: 'int',
          createdBy: 'text',
          createdAt: 'time',
        },
        primaryKey: ['modelId', 'alias'],
      }),
      createTable('registry_approvals', {
        columns: { modelId: 'id', versionId: 'id', alias: 'text', by: 'text', comment: 'text', at: 'time' },
        primaryKey: ['versionId', 'alias', 'by'],
        indexes: [{ columns: ['modelId'] }],
      }),
    ],
  },
  {
    name: 'registry/003_components',
    changes: [
      createTable('registry_version_components', {
        columns: { versionId: 'id', node: 'text', componentId: 'id', ref: 'text' },
        primaryKey: ['versionId', 'node'],
      }),
    ],
  },
]
