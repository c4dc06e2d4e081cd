import type { ConfigValues } from '../../kernel/config.ts'
import type { TypedDatabase } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { webhookConfig } from './config.ts'
import { ownFormat, type WebhookFormat } from './format.ts'
import { webhookErrors } from './model.ts'
import type { WebhookTables } from './tables.ts'

/** What the use cases of this module work with. */
export interface WebhookContext {
  readonly db: TypedDatabase<WebhookTables>
  readonly platform: Pick<Platform, 'clock' | 'ids' | 'jobs' | 'log'>
  readonly config: ConfigValues<typeof webhookConfig>
  readonly formats: Formats
}

/** The formats there are: our own, and what dialects add when the server starts. */
export interface Formats {
  add(format: WebhookFormat): void
  get(name: string): WebhookFormat
  find(name: string): WebhookFormat | undefined
}

export function createFormats(): Formats {
  const formats = new Map([[ownFormat.name, ownFormat]])
  return {
    add: (format) => void formats.set(format.name, format),
    find: (name) => formats.get(name),
    get: (name) => {
      const format = formats.get(name)
      if (format !== undefined) return format
      throw webhookErrors.webhook_format_unknown({ format: name, known: [...formats.keys()].join(', ') })
    },
  }
}
