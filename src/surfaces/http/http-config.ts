import { z } from 'zod'
import { configKey } from '../../kernel/config.ts'

const hostList = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((host) => host.trim()))])
  .transform((hosts) => hosts.filter((host) => host !== ''))

export const httpConfig = {
  'http.allowedHosts': configKey(
    hostList.default([]),
    'Host names, comma-separated, that this server answers to beside localhost and its own; also the origins whose pages may change things.',
  ),
  'http.bodyLimitBytes': configKey(
    z.coerce
      .number()
      .int()
      .min(1024)
      .default(8 * 1024 * 1024),
    'Largest body of an operation, in bytes. Uploads have limits of their own.',
  ),
}
