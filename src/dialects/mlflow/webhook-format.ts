import type { Event } from '../../kernel/event.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { aliasMoved, modelCreated, type Registry, tagsChanged, versionCreated } from '../../modules/registry/index.ts'
import type { Message, WebhookFormat } from '../../modules/webhooks/index.ts'
import { webhookExamples } from './webhook-events.ts'

/**
 * What happens in the registry, as receivers of these webhooks know it: `{entity, action, timestamp, data}`, signed in
 * headers of their own. Prompts are models with a tag, and have events of their own.
 * Source: mlflow/webhooks/delivery.py and the calls of deliver_webhook in mlflow/server/handlers.py of 3.17.2.
 */
export const webhookFormat = 'mlflow'

const promptTag = 'mlflow.prompt.is_prompt'
const templateTag = 'mlflow.prompt.text'
const hiddenTags = new Set([promptTag, templateTag, '_mlflow_prompt_type'])

type Tags = Readonly<Record<string, string>>
type Said = readonly [event: string, data: JsonObject]

const isPrompt = (tags: Tags) => tags[promptTag]?.toLowerCase() === 'true'
const shownTags = (tags: Tags) => Object.fromEntries(Object.entries(tags).filter(([key]) => !hiddenTags.has(key)))

export function createWebhookFormat(registry: Pick<Registry, 'findModel' | 'findVersion'>): WebhookFormat {
  const say = (event: Event): Promise<Said[]> | Said[] => {
    switch (event.type) {
      case modelCreated.type:
        return sayModel(modelCreated.payload.parse(event.payload))
      case versionCreated.type:
        return sayVersion(registry, versionCreated.payload.parse(event.payload).modelVersionId)
      case tagsChanged.type:
        return sayTags(registry, tagsChanged.payload.parse(event.payload))
      case aliasMoved.type:
        return sayAlias(registry, aliasMoved.payload.parse(event.payload))
      default:
        return []
    }
  }
  return {
    name: webhookFormat,
    headers: { id: 'X-MLflow-Delivery-Id', timestamp: 'X-MLflow-Timestamp', signature: 'X-MLflow-Signature' },
    knows: (event) => webhookExamples.has(event),
    translate: async (event) => (await say(event)).map((said) => toMessage(said, event.at)),
    example: (event, at) => toMessage([event, webhookExamples.get(event) ?? {}], at),
  }
}

function toMessage([event, data]: Said, at: number): Message {
  const [entity = '', action = ''] = event.split('.')
  return { event, body: { entity, action, timestamp: new Date(at).toISOString().replace('Z', '+00:00'), data } }
}

function sayModel({ model: name, tags, description }: { model: string; tags: Tags; description: string }): Said[] {
  if (isPrompt(tags)) return [['prompt.created', { name, tags: shownTags(tags), description }]]
  return [['registered_model.created', { name, tags, description }]]
}

async function sayVersion(registry: Pick<Registry, 'findVersion'>, id: string): Promise<Said[]> {
  const found = await registry.findVersion(id)
  // Deleted since: there is nothing left to tell of.
  if (found === undefined) return []
  const { model: name, tags, source = '', runId = null } = found
  const version = String(found.version)
  const description = found.description === '' ? null : found.description
  if (isPrompt(tags)) {
    const template = tags[templateTag] ?? null
    return [['prompt_version.created', { name, version, template, tags: shownTags(tags), description }]]
  }
  return [['model_version.created', { name, version, source, run_id: runId, tags, description }]]
}

interface TagsOf {
  readonly model: string
  readonly version?: number | undefined
  readonly tags: Readonly<Record<string, string | null>>
}

async function sayTags(registry: Pick<Registry, 'findModel'>, { model: name, version, tags }: TagsOf): Promise<Said[]> {
  const prompt = isPrompt((await registry.findModel(name))?.tags ?? {})
  // Tags of a model itself are told of prompts only.
  if (!prompt && version === undefined) return []
  const entity = version === undefined ? 'prompt_tag' : prompt ? 'prompt_version_tag' : 'model_version_tag'
  const at: JsonObject = version === undefined ? { name } : { name, version: String(version) }
  return Object.entries(tags).map(([key, value]): Said => {
    return value === null ? [`${entity}.deleted`, { ...at, key }] : [`${entity}.set`, { ...at, key, value }]
  })
}

async function sayAlias(
  registry: Pick<Registry, 'findModel'>,
  { model: name, alias, to }: { model: string; alias: string; to?: number | undefined },
): Promise<Said[]> {
  const entity = isPrompt((await registry.findModel(name))?.tags ?? {}) ? 'prompt_alias' : 'model_version_alias'
  if (to === undefined) return [[`${entity}.deleted`, { name, alias }]]
  return [[`${entity}.created`, { name, alias, version: String(to) }]]
}
