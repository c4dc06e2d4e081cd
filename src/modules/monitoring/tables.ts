import { addColumn, createIndex, createTable, type Migration } from '../../kernel/migration.ts'

export interface MonitoringTables {
  monitoring_monitors: {
    id: string
    name: string
    deployment: string
    kind: string
    definition: string
    /** What the monitor watches now: follows the deployment's champion. */
    modelVersionId: string | null
    baselineId: string | null
    /** Where the next window begins: after this prediction seq, or at this event time. */
    position: number | null
    problem: string | null
    createdAt: number
    updatedAt: number
  }
  monitoring_baselines: {
    id: string
    key: string
    source: string
    rowCount: number
    profile: string
    /** Blob with the sorted float32 values of the numeric features, one after the other. */
    digest: string
    createdAt: number
  }
  monitoring_windows: {
    id: string
    monitorId: string
    deployment: string
    modelVersionId: string
    baselineId: string | null
    /** Where it begins: with the monitor and the model version the key that makes a window happen once. */
    position: number
    /** The next window's position. */
    nextPosition: number
    labeledCount: number
    /** Counts up whenever labels come for the window; above judgedMark it waits to be judged again. */
    labelMark: number
    judgedMark: number
    isQuality: number
    fromAt: number
    toAt: number
    rowCount: number
    state: string
    summary: string
    driftedFeatures: string
    result: string
    revision: number
    evaluatedAt: number
  }
  monitoring_alerts: {
    id: string
    monitorId: string
    monitor: string
    kind: string
    deployment: string
    modelVersionId: string
    state: string
    summary: string
    features: string
    windowIds: string
    raisedAt: number
    closedAt: number | null
    /** Windows before this position count no more for the next alert. */
    closedPosition: number | null
    closedBecause: string | null
    /** Empty deployment and model version, and this, for an alert of a metric. */
    runId: string | null
  }
}

export const monitoringMigrations: readonly Migration[] = [
  {
    name: 'monitoring/001_start',
    changes: [
      createTable('monitoring_monitors', {
        columns: {
          id: 'id',
          name: 'text',
          deployment: 'text',
          kind: 'text',
          definition: 'json',
          modelVersionId: 'id?',
          baselineId: 'id?',
          position: 'int?',
          problem: 'text?',
          createdAt: 'time',
          updatedAt: 'time',
        },
        primaryKey: ['id'],
        unique: [['name']],
        indexes: [{ columns: ['deployment'] }],
      }),
      createTable('monitoring_baselines', {
        columns: {
          id: 'id',
          key: 'text',
          source: 'json',
          rowCount: 'int',
          profile: 'json',
          digest: 'text',
          createdAt: 'time',
        },
        primaryKey: ['id'],
        unique: [['key']],
      }),
      createTable('monitoring_windows', {
        columns: {
          id: 'id',
          monitorId: 'id',
          deployment: 'text',
          modelVersionId: 'id',
          baselineId: 'id?',
          position: 'int',
          nextPosition: 'int',
          labeledCount: 'int',
          labelMark: 'int',
          judgedMark: 'int',
          isQuality: 'bool',
          fromAt: 'time',
          toAt: 'time',
          rowCount: 'int',
          state: 'text',
          summary: 'text',
          driftedFeatures: 'json',
          result: 'json',
          revision: 'int',
          evaluatedAt: 'time',
        },
        primaryKey: ['id'],
        unique: [['monitorId', 'modelVersionId', 'position']],
        indexes: [{ columns: ['deployment', 'fromAt'] }, { columns: ['monitorId', 'id'] }],
      }),
      createTable('monitoring_alerts', {
        columns: {
          id: 'id',
          monitorId: 'id',
          monitor: 'text',
          kind: 'text',
          deployment: 'text',
          modelVersionId: 'id',
          state: 'text',
          summary: 'text',
          features: 'json',
          windowIds: 'json',
          raisedAt: 'time',
          closedAt: 'time?',
          closedPosition: 'int?',
          closedBecause: 'text?',
        },
        primaryKey: ['id'],
        // One open alert per monitor: the database itself refuses a storm.
        indexes: [
          { columns: ['monitorId'], unique: true, where: `"state" = 'open'` },
          { columns: ['deployment', 'raisedAt'] },
        ],
      }),
    ],
  },
  {
    name: 'monitoring/002_metrics',
    changes: [
      addColumn('monitoring_alerts', 'runId', 'id?'),
      createIndex('monitoring_alerts', { columns: ['runId'], where: `"runId" IS NOT NULL` }),
    ],
  },
]
