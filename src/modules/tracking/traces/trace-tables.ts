import { addColumn, createIndex, createTable, type Migration } from '../../../kernel/migration.ts'

/** Traces and their spans. A span is one row whose bodies are texts of JSON, so that a search can look into them. */
export interface TraceTables {
  tracking_traces: {
    id: string
    experimentId: string
    state: string
    startedAt: number
    durationMs: number | null
    clientRequestId: string | null
    requestPreview: string | null
    responsePreview: string | null
    name: string | null
    /** 1 when the client recorded the trace as a whole: its times then stand, whatever its spans say. */
    isRecorded: number | null
  }
  tracking_trace_tags: { traceId: string; key: string; value: string }
  tracking_trace_metadata: { traceId: string; key: string; value: string }
  tracking_trace_runs: { traceId: string; runId: string }
  /** `prompt` is `name/version`. */
  tracking_trace_prompts: { traceId: string; prompt: string }
  tracking_spans: {
    traceId: string
    id: string
    parentId: string | null
    name: string
    kind: string
    status: string
    startNs: string
    endNs: string | null
    attributes: string
    details: string
  }
  tracking_assessments: {
    id: string
    traceId: string
    name: string
    body: string
    createdAt: number
    updatedAt: number
    kind: string | null
    value: string | null
  }
}

export const traceTables: Migration = {
  name: 'tracking/005_traces',
  changes: [
    createTable('tracking_traces', {
      columns: {
        id: 'id',
        experimentId: 'id',
        state: 'text',
        startedAt: 'time',
        durationMs: 'int?',
        clientRequestId: 'text?',
        requestPreview: 'text?',
        responsePreview: 'text?',
      },
      primaryKey: ['id'],
      indexes: [{ columns: ['experimentId', 'startedAt', 'id'] }],
    }),
    createTable('tracking_trace_tags', {
      columns: { traceId: 'id', key: 'text', value: 'text' },
      primaryKey: ['traceId', 'key'],
      isClustered: true,
    }),
    createTable('tracking_trace_metadata', {
      columns: { traceId: 'id', key: 'text', value: 'text' },
      primaryKey: ['traceId', 'key'],
      isClustered: true,
    }),
    createTable('tracking_assessments', {
      columns: { id: 'id', traceId: 'id', name: 'text', body: 'json', createdAt: 'time', updatedAt: 'time' },
      primaryKey: ['id'],
      indexes: [{ columns: ['traceId', 'createdAt'] }],
    }),
  ],
}

export const spanTables: Migration = {
  name: 'tracking/008_spans',
  changes: [
    addColumn('tracking_traces', 'name', 'text?'),
    addColumn('tracking_traces', 'isRecorded', 'bool?'),
    addColumn('tracking_assessments', 'kind', 'text?'),
    addColumn('tracking_assessments', 'value', 'text?'),
    createTable('tracking_spans', {
      columns: {
        traceId: 'id',
        id: 'id',
        parentId: 'id?',
        name: 'text',
        kind: 'text',
        status: 'text',
        startNs: 'id',
        endNs: 'id?',
        attributes: 'json',
        details: 'json',
      },
      primaryKey: ['traceId', 'id'],
    }),
    createTable('tracking_trace_runs', {
      columns: { traceId: 'id', runId: 'id' },
      primaryKey: ['traceId', 'runId'],
      isClustered: true,
    }),
    createIndex('tracking_trace_runs', { columns: ['runId'] }),
  ],
}

export const tracePromptTables: Migration = {
  name: 'tracking/011_trace_prompts',
  changes: [
    createTable('tracking_trace_prompts', {
      columns: { traceId: 'id', prompt: 'text' },
      primaryKey: ['traceId', 'prompt'],
      isClustered: true,
    }),
    createIndex('tracking_trace_prompts', { columns: ['prompt'] }),
  ],
}

declare module '../tables.ts' {
  interface TrackingTables extends TraceTables {}
}
