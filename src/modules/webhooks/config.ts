import { z } from 'zod'
import { configKey, flagBoolean } from '../../kernel/config.ts'

export const webhookConfig = {
  allowHttp: configKey(flagBoolean.default(false), 'Allow http: URLs of other hosts than this one.'),
  allowPrivate: configKey(
    flagBoolean.default(false),
    'Allow hosts in private networks. Whoever may write webhooks can then make this server send requests there.',
  ),
  attempts: configKey(z.coerce.number().int().min(1).max(50).default(8), 'How often a delivery is tried.'),
  firstRetryMs: configKey(
    z.coerce.number().int().min(1).default(5_000),
    'Wait before the second attempt; each further wait is three times longer, at most an hour.',
  ),
  timeoutMs: configKey(z.coerce.number().int().min(1).max(60_000).default(10_000), 'How long an answer may take.'),
  keepDays: configKey(
    z.coerce.number().int().min(1).default(30),
    'Ended deliveries are kept this long for inspection.',
  ),
}
