import { z } from 'zod'
import { type ConfigSchema, type ConfigValues, configKey, flagBoolean } from '../kernel/config.ts'
import { authConfig } from '../platform/auth/index.ts'
import { logLevels } from '../platform/runtime/index.ts'
import { httpConfig } from '../surfaces/http/index.ts'

/** Settings of the server itself; modules add their own under their name. */
export const serverConfig = {
  port: configKey(
    z.coerce.number().int().min(0).max(65_535).default(5000),
    'TCP port of everything; 0 picks a free one.',
  ),
  host: configKey(
    z.string().min(1).default('127.0.0.1'),
    'Address to listen on. Anything but loopback needs auth.token, or insecure=true where the network is trusted.',
  ),
  dataDir: configKey(
    z.string().min(1).default('./.slipway'),
    'Folder of the database, the blobs and working files. One server at a time uses it.',
  ),
  databaseUrl: configKey(
    z.string().optional(),
    'Where metadata is kept: postgres://… or file:/path/slipway.db. Default: slipway.db in the data directory.',
    { secret: true },
  ),
  blobUrl: configKey(
    z.string().optional(),
    'Where bytes are kept: file:/folder or s3://bucket/prefix?endpoint=…&region=…. Default: blobs/ in the data directory.',
  ),
  dataPlaneOnly: configKey(
    flagBoolean.default(false),
    'Answer predictions only, as a member of the fleet around the control plane that has the same database and blob store.',
  ),
  'db.synchronous': configKey(
    z.enum(['normal', 'full']).default('normal'),
    'SQLite only: normal survives a killed process, full also a power cut, at the price of an fsync for each group of commits.',
  ),
  'analytics.memoryLimitMb': configKey(
    z.coerce.number().int().min(64).default(1024),
    'Memory that reading tables (previews, profiles, drift) may take, in MiB; larger work spills to the data directory.',
  ),
  'log.level': configKey(
    z.enum(logLevels).default('warn'),
    'Least severity that is logged: debug, info, warn, error or silent.',
  ),
  'shutdown.graceMs': configKey(
    z.coerce.number().int().min(0).default(10_000),
    'How long requests and jobs in hand may take to finish after SIGTERM, in milliseconds.',
  ),
  ...authConfig,
  ...httpConfig,
} satisfies ConfigSchema

export type ServerConfig = ConfigValues<typeof serverConfig>
