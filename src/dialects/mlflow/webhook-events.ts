import type { JsonObject } from '../../kernel/json.ts'

/**
 * The events that these clients may subscribe to, and the example of each that a test of a webhook sends. On the wire an
 * event is an entity and an action, in capitals; in a delivery both are in small letters.
 * Source: mlflow/entities/webhook.py and mlflow/webhooks/types.py of 3.17.2.
 */
const example = { key: 'example_key', value: 'example_value' }
const model = { name: 'example_model' }
const prompt = { name: 'example_prompt' }
const tags = { example_key: 'example_value' }

export const webhookExamples: ReadonlyMap<string, JsonObject> = new Map<string, JsonObject>([
  ['registered_model.created', { ...model, tags, description: 'An example registered model' }],
  [
    'model_version.created',
    {
      ...model,
      version: '1',
      source: 'models:/123',
      run_id: 'abcd1234abcd5678',
      tags,
      description: 'An example model version',
    },
  ],
  ['model_version_tag.set', { ...model, version: '1', ...example }],
  ['model_version_tag.deleted', { ...model, version: '1', key: example.key }],
  ['model_version_alias.created', { ...model, alias: 'example_alias', version: '1' }],
  ['model_version_alias.deleted', { ...model, alias: 'example_alias' }],
  ['prompt.created', { ...prompt, tags, description: 'An example prompt' }],
  [
    'prompt_version.created',
    { ...prompt, version: '1', template: 'Hello {{name}}!', tags, description: 'An example prompt version' },
  ],
  ['prompt_tag.set', { ...prompt, ...example }],
  ['prompt_tag.deleted', { ...prompt, key: example.key }],
  ['prompt_version_tag.set', { ...prompt, version: '1', ...example }],
  ['prompt_version_tag.deleted', { ...prompt, version: '1', key: example.key }],
  ['prompt_alias.created', { ...prompt, alias: 'example_alias', version: '1' }],
  ['prompt_alias.deleted', { ...prompt, alias: 'example_alias' }],
  [
    'budget_policy.exceeded',
    {
      budget_policy_id: 'bp-abc123',
      budget_unit: 'USD',
      budget_amount: 100,
      current_spend: 105.5,
      duration_unit: 'MONTHS',
      duration_value: 1,
      target_scope: 'ENDPOINT',
      workspace: 'default',
      target_value: 'ep-abc123',
      window_start: 1_704_067_200_000,
    },
  ],
])

/** By their numbers in webhooks.proto; the first of each stands for "not said". */
export const webhookEntities = [
  'ENTITY_UNSPECIFIED',
  'REGISTERED_MODEL',
  'MODEL_VERSION',
  'MODEL_VERSION_TAG',
  'MODEL_VERSION_ALIAS',
  'PROMPT',
  'PROMPT_VERSION',
  'PROMPT_TAG',
  'PROMPT_VERSION_TAG',
  'PROMPT_ALIAS',
  'BUDGET_POLICY',
] as const
export const webhookActions = ['ACTION_UNSPECIFIED', 'CREATED', 'UPDATED', 'DELETED', 'SET', 'EXCEEDED'] as const
export const webhookStatuses = ['ACTIVE', 'DISABLED'] as const
