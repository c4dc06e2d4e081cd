import { createTable, type Migration } from '../../kernel/migration.ts'

export interface ReportTables {
  reports_reports: {
    id: string
    name: string
    blocks: string
    revision: number
    createdBy: string
    updatedBy: string
    createdAt: number
    updatedAt: number
  }
}

export const reportMigrations: readonly Migration[] = [
  {
    name: 'reports/001_first',
    changes: [
      createTable('reports_reports', {
        columns: {
          id: 'id',
          name: 'text',
          blocks: 'json',
          revision: 'int',
          createdBy: 'text',
          updatedBy: 'text',
          createdAt: 'time',
          updatedAt: 'time',
        },
        primaryKey: ['id'],
      }),
    ],
  },
]
