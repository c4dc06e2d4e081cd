import { createTable, type Migration } from '../../../kernel/migration.ts'

export interface WatchTables {
  tracking_watches: {
    id: string
    experimentId: string
    name: string
    metric: string
    rule: string
    createdAt: number
    updatedAt: number
  }
  /** One row per watch, run and metric. */
  tracking_watch_states: {
    watchId: string
    /** Name of the watch when it looked last. */
    watch: string
    runId: string
    metric: string
    isTripped: number
    lastStep: number
    lastTimestamp: number
    best: number | null
    bestStep: number | null
    summary: string | null
    changedAt: number
  }
}

export const watchTables: Migration = {
  name: 'tracking/010_watches',
  changes: [
    createTable('tracking_watches', {
      columns: {
        id: 'id',
        experimentId: 'id',
        name: 'text',
        metric: 'text',
        rule: 'json',
        createdAt: 'time',
        updatedAt: 'time',
      },
      primaryKey: ['id'],
      unique: [['experimentId', 'name']],
    }),
    createTable('tracking_watch_states', {
      columns: {
        watchId: 'id',
        watch: 'text',
        runId: 'id',
        metric: 'text',
        isTripped: 'bool',
        lastStep: 'int',
        lastTimestamp: 'time',
        best: 'real?',
        bestStep: 'int?',
        summary: 'text?',
        changedAt: 'time',
      },
      primaryKey: ['runId', 'watchId', 'metric'],
      isClustered: true,
    }),
  ],
}

declare module '../tables.ts' {
  interface TrackingTables extends WatchTables {}
}
