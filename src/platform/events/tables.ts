import type { Generated } from 'kysely'
import { addColumn, createTable, type Migration } from '../../kernel/migration.ts'

export interface EventTables {
  slipway_events: {
    seq: Generated<number>
    type: string
    subject: string
    payload: string
    actor: string | null
    at: number
  }
  /** One row per durable subscriber; in a shared database the replica that holds the lease delivers to it. */
  slipway_event_readers: { name: string; seq: number; owner: string; leaseUntil: number }
}

export const eventMigrations: readonly Migration[] = [
  {
    name: 'events/001_outbox',
    changes: [
      createTable('slipway_events', {
        columns: { seq: 'serial', type: 'text', subject: 'text', payload: 'json', at: 'time' },
        indexes: [{ columns: ['type', 'seq'] }, { columns: ['subject', 'seq'] }],
      }),
      createTable('slipway_event_readers', {
        columns: { name: 'id', seq: 'int', owner: 'text', leaseUntil: 'time' },
        primaryKey: ['name'],
      }),
    ],
  },
  { name: 'events/002_actor', changes: [addColumn('slipway_events', 'actor', 'text?')] },
]
