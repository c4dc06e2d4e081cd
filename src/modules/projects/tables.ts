import { createTable, type Migration } from '../../kernel/migration.ts'

export interface ProjectRow {
  id: string
  name: string
  digest: string
  text: string
  commit: string | null
  dirty: number | null
  createdAt: number
  appliedAt: number
}

export interface ApplicationRow {
  id: string
  projectId: string
  digest: string
  commit: string | null
  dirty: number | null
  changes: string
  appliedAt: number
}

export interface ProjectTables {
  projects_project: ProjectRow
  projects_application: ApplicationRow
}

export const migrations: readonly Migration[] = [
  {
    name: 'projects/001_projects',
    changes: [
      createTable('projects_project', {
        columns: {
          id: 'id',
          name: 'text',
          digest: 'text',
          text: 'text',
          commit: 'text?',
          dirty: 'bool?',
          createdAt: 'time',
          appliedAt: 'time',
        },
        primaryKey: ['id'],
        unique: [['name']],
      }),
      createTable('projects_application', {
        columns: {
          id: 'id',
          projectId: 'id',
          digest: 'text',
          commit: 'text?',
          dirty: 'bool?',
          changes: 'json',
          appliedAt: 'time',
        },
        primaryKey: ['id'],
        indexes: [{ columns: ['projectId', 'id'] }],
      }),
    ],
  },
]
