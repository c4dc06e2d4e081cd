import { createTable, type Migration } from '../../kernel/migration.ts'

export interface WebhookTables {
  webhooks_hooks: {
    id: string
    name: string
    description: string
    endpoint: string
    events: string
    format: string
    state: string
    secret: string | null
    createdBy: string
    createdAt: number
    updatedAt: number
  }
  webhooks_deliveries: {
    id: string
    hookId: string
    /** Position of the event in the outbox, and of the message among those it becomes; of a test, its own id. */
    origin: string
    event: string
    state: string
    body: string
    isTest: number
    attempt: number
    createdAt: number
    nextAttemptAt: number | null
    endedAt: number | null
  }
  webhooks_attempts: {
    deliveryId: string
    number: number
    at: number
    durationMs: number
    status: number | null
    responseBody: string | null
    error: string | null
  }
}

export const webhookMigrations: readonly Migration[] = [
  {
    name: 'webhooks/001_first',
    changes: [
      createTable('webhooks_hooks', {
        columns: {
          id: 'id',
          name: 'text',
          description: 'text',
          endpoint: 'text',
          events: 'json',
          format: 'text',
          state: 'text',
          secret: 'text?',
          createdBy: 'text',
          createdAt: 'time',
          updatedAt: 'time',
        },
        primaryKey: ['id'],
        indexes: [{ columns: ['createdAt', 'id'] }],
      }),
      createTable('webhooks_deliveries', {
        columns: {
          id: 'id',
          hookId: 'id',
          origin: 'text',
          event: 'text',
          state: 'text',
          body: 'json',
          isTest: 'bool',
          attempt: 'int',
          createdAt: 'time',
          nextAttemptAt: 'time?',
          endedAt: 'time?',
        },
        primaryKey: ['id'],
        unique: [['hookId', 'origin']],
        indexes: [{ columns: ['hookId', 'id'] }, { columns: ['endedAt'], where: '"endedAt" IS NOT NULL' }],
      }),
      createTable('webhooks_attempts', {
        columns: {
          deliveryId: 'id',
          number: 'int',
          at: 'time',
          durationMs: 'int',
          status: 'int?',
          responseBody: 'text?',
          error: 'text?',
        },
        primaryKey: ['deliveryId', 'number'],
      }),
    ],
  },
]
