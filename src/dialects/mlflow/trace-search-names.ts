import type { Field } from '../../kernel/filter.ts'

/** The fields of traces as this protocol writes them, and as our search does. */
const attributes = new Map([
  ['request_id', 'id'],
  ['trace_id', 'id'],
  ['timestamp', 'startedAt'],
  ['timestamp_ms', 'startedAt'],
  ['end_time', 'endedAt'],
  ['end_time_ms', 'endedAt'],
  ['execution_time', 'durationMs'],
  ['execution_time_ms', 'durationMs'],
  ['experiment_id', 'experimentId'],
  ['status', 'state'],
  ['client_request_id', 'clientRequestId'],
  ['run_id', 'runId'],
])

const attributeEntities = new Set([undefined, 'attribute', 'attributes', 'trace'])

export function traceFieldName(field: Field): Field {
  const entity = field.entity?.toLowerCase()
  if (entity === 'request_metadata') return { ...field, entity: 'metadata' }
  if (entity === 'span') return spanField(field)
  if (!attributeEntities.has(entity)) return field
  if (field.key === 'text') return { ...field, entity: 'spans', key: 'text' }
  return { ...field, entity: 'attributes', key: attributes.get(field.key) ?? field.key }
}

function spanField(field: Field): Field {
  const [first = '', ...rest] = field.key.split('.')
  if (first === 'attributes') return { ...field, entity: 'spanAttributes', key: rest.join('.') }
  if (field.key === 'type') return { ...field, entity: 'spanAttributes', key: 'mlflow.spanType' }
  return { ...field, entity: 'spans', key: field.key === 'content' ? 'text' : field.key }
}
