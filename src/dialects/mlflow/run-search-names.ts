import type { Field } from '../../kernel/filter.ts'
import { nameTag, parentTag } from './run-message.ts'

/** The attributes of a run as this protocol writes them, and as our search does. */
const attributes = new Map([
  ['run_id', 'id'],
  ['run_name', 'name'],
  ['run name', 'name'],
  ['Run name', 'name'],
  ['Run Name', 'name'],
  ['start_time', 'startedAt'],
  ['created', 'startedAt'],
  ['Created', 'startedAt'],
  ['end_time', 'endedAt'],
  ['user_id', 'createdBy'],
  ['experiment_id', 'experimentId'],
])

const ownTags = new Map([
  [nameTag, 'name'],
  [parentTag, 'parentRunId'],
])

const attributeEntities = new Set([undefined, 'attribute', 'attributes', 'attr', 'run'])

export function runFieldName(field: Field): Field {
  const entity = field.entity?.toLowerCase()
  if (attributeEntities.has(entity)) return { ...field, key: attributes.get(field.key) ?? field.key }
  const own = entity === 'tag' || entity === 'tags' ? ownTags.get(field.key) : undefined
  return own === undefined ? field : { ...field, entity: 'attributes', key: own }
}
