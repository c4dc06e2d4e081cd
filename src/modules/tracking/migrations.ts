import { addColumn, createIndex, createTable, type Migration, statement } from '../../kernel/migration.ts'
import { evaluationTables } from './evaluations/evaluation-tables.ts'
import { spanTables, tracePromptTables, traceTables } from './traces/trace-tables.ts'
import { watchTables } from './watches/watch-tables.ts'

export const trackingMigrations: readonly Migration[] = [
  {
    name: 'tracking/001_first',
    changes: [
      createTable('tracking_experiments', {
        columns: {
          id: 'id',
          number: 'int',
          name: 'text',
          lifecycle: 'text',
          artifactLocation: 'text?',
          createdAt: 'time',
          updatedAt: 'time',
        },
        primaryKey: ['id'],
        unique: [['name'], ['number']],
      }),
      createTable('tracking_experiment_tags', {
        columns: { experimentId: 'id', key: 'text', value: 'text' },
        primaryKey: ['experimentId', 'key'],
      }),
      createTable('tracking_runs', {
        columns: {
          id: 'id',
          experimentId: 'id',
          name: 'text',
          status: 'text',
          lifecycle: 'text',
          startedAt: 'time',
          endedAt: 'time?',
          parentRunId: 'id?',
          stepRunId: 'id?',
          createdBy: 'text',
          sourceType: 'text?',
          sourceName: 'text?',
          commit: 'text?',
          dirty: 'bool?',
        },
        primaryKey: ['id'],
        indexes: [
          { columns: ['experimentId', 'lifecycle', 'startedAt', 'id'] },
          { columns: ['startedAt', 'id'] },
          { columns: ['parentRunId'], where: '"parentRunId" IS NOT NULL' },
          { columns: ['stepRunId'], where: '"stepRunId" IS NOT NULL' },
        ],
      }),
      createTable('tracking_params', {
        columns: { runId: 'id', key: 'text', value: 'text' },
        primaryKey: ['runId', 'key'],
        isClustered: true,
      }),
      createTable('tracking_tags', {
        columns: { runId: 'id', key: 'text', value: 'text' },
        primaryKey: ['runId', 'key'],
        isClustered: true,
      }),
      createTable('tracking_series', {
        columns: {
          id: 'serial',
          runId: 'id',
          key: 'text',
          lastValue: 'real',
          lastIsNan: 'bool',
          lastStep: 'int',
          lastTimestamp: 'time',
          minValue: 'real?',
          maxValue: 'real?',
        },
        unique: [['runId', 'key']],
      }),
      createTable('tracking_points', {
        columns: { seriesId: 'int', step: 'int', timestamp: 'time', value: 'real', isNan: 'bool' },
        primaryKey: ['seriesId', 'step', 'timestamp', 'value', 'isNan'],
        isClustered: true,
      }),
      createTable('tracking_artifacts', {
        columns: { ownerId: 'id', path: 'text', digest: 'text', sizeBytes: 'int', createdAt: 'time' },
        primaryKey: ['ownerId', 'path'],
        indexes: [{ columns: ['digest'] }],
      }),
      createTable('tracking_inputs', {
        columns: {
          runId: 'id',
          name: 'text',
          digest: 'text',
          context: 'text',
          datasetVersionId: 'id?',
          sourceType: 'text',
          source: 'text',
          schema: 'text?',
          profile: 'text?',
          tags: 'json',
          createdAt: 'time',
        },
        primaryKey: ['runId', 'name', 'digest', 'context'],
        indexes: [{ columns: ['datasetVersionId'], where: '"datasetVersionId" IS NOT NULL' }],
      }),
      createTable('tracking_outputs', {
        columns: { runId: 'id', modelId: 'id', step: 'int', createdAt: 'time' },
        primaryKey: ['runId', 'modelId'],
        indexes: [{ columns: ['modelId'] }],
      }),
    ],
  },
  {
    name: 'tracking/002_logged_models',
    changes: [
      createTable('tracking_models', {
        columns: {
          id: 'id',
          experimentId: 'id',
          name: 'text',
          modelType: 'text?',
          sourceRunId: 'id?',
          status: 'text',
          statusMessage: 'text?',
          lifecycle: 'text',
          createdAt: 'time',
          updatedAt: 'time',
        },
        primaryKey: ['id'],
        indexes: [{ columns: ['experimentId', 'createdAt'] }, { columns: ['sourceRunId'] }],
      }),
      createTable('tracking_model_params', {
        columns: { modelId: 'id', key: 'text', value: 'text' },
        primaryKey: ['modelId', 'key'],
        isClustered: true,
      }),
      createTable('tracking_model_tags', {
        columns: { modelId: 'id', key: 'text', value: 'text' },
        primaryKey: ['modelId', 'key'],
        isClustered: true,
      }),
      createTable('tracking_model_metrics', {
        columns: {
          modelId: 'id',
          key: 'text',
          datasetName: 'text',
          datasetDigest: 'text',
          runId: 'id',
          step: 'int',
          timestamp: 'time',
          value: 'real',
          isNan: 'bool',
        },
        primaryKey: ['modelId', 'key', 'datasetName', 'datasetDigest', 'runId', 'step', 'timestamp', 'value', 'isNan'],
        isClustered: true,
      }),
    ],
  },
  {
    name: 'tracking/003_tiers',
    changes: [
      createTable('tracking_tiers', {
        columns: {
          seriesId: 'int',
          level: 'int',
          bucket: 'int',
          minValue: 'real',
          minStep: 'int',
          minTimestamp: 'time',
          maxValue: 'real',
          maxStep: 'int',
          maxTimestamp: 'time',
        },
        primaryKey: ['seriesId', 'level', 'bucket'],
        isClustered: true,
      }),
    ],
  },
  {
    name: 'tracking/004_search',
    changes: [
      // Everything a search asks of a metric is in the index, so it never reads the row.
      createIndex('tracking_series', { columns: ['runId', 'key', 'lastIsNan', 'lastValue'] }),
    ],
  },
  traceTables,
  {
    name: 'tracking/006_walk',
    changes: [
      addColumn('tracking_series', 'experimentId', 'id?'),
      statement(`update tracking_series set "experimentId" =
        (select r."experimentId" from tracking_runs r where r."id" = tracking_series."runId")`),
      createIndex('tracking_series', { columns: ['experimentId', 'key', 'lastIsNan', 'lastValue', 'runId'] }),
    ],
  },
  {
    name: 'tracking/007_finer_tiers',
    changes: [
      statement('delete from tracking_tiers'),
      ...[16, 64, 256, 1024, 4096, 16_384, 65_536].map((width, level) => statement(tiersOfPoints(level, width))),
    ],
  },
  spanTables,
  evaluationTables,
  watchTables,
  tracePromptTables,
]

/** Makes one level of the tiers from the points, as `mergeTiers` does with each batch. */
function tiersOfPoints(level: number, width: number): string {
  return `insert into tracking_tiers ("seriesId", "level", "bucket", "minValue", "minStep", "minTimestamp",
      "maxValue", "maxStep", "maxTimestamp")
    with ends as (
      select "seriesId", "step" / ${width} as bucket, min("value") as low, max("value") as high
      from tracking_points where "isNan" = 0 and "step" >= ${4 * width} group by 1, 2
    )
    select e."seriesId", ${level}, e.bucket,
      e.low, min(case when p."value" = e.low then p."step" end), min(case when p."value" = e.low then p."timestamp" end),
      e.high, min(case when p."value" = e.high then p."step" end), min(case when p."value" = e.high then p."timestamp" end)
    from ends e join tracking_points p on p."seriesId" = e."seriesId" and p."isNan" = 0
      and p."step" between e.bucket * ${width} and e.bucket * ${width} + ${width - 1}
    group by e."seriesId", e.bucket, e.low, e.high`
}
