import { z } from 'zod'
import { TensorSpec } from './model.ts'

/** The only file of a version whose model another server has. */
export const remoteFileName = 'remote.json'

const address = z
  .url({ protocol: /^(https?|grpcs?)$/ })
  .max(2048)
  .refine((url) => {
    // What is no URL is told as that.
    if (!URL.canParse(url)) return true
    const { username, password, search, hash } = new URL(url)
    return username === '' && password === '' && search === '' && hash === ''
  }, 'no user, password, query or fragment; a token goes into `secret`')

/** Where the model is and how it is asked; part of the version, so never a secret's value. */
export const RemotePlace = z.object({
  server: address.describe(
    'http(s)://host:port for REST, grpc(s)://host:port for gRPC; a path is put before the protocol’s own.',
  ),
  remoteModel: z.string().min(1).max(256).describe('The name of the model on that server.'),
  remoteVersion: z.string().min(1).max(100).optional().describe('Default: whichever version that server answers with.'),
  protocol: z
    .enum(['v2', 'v1'])
    .default('v2')
    .describe(
      '`v2`: the Open Inference Protocol. `v1`: rows as JSON to `/v1/models/{model}:predict`; needs inputs and outputs.',
    ),
  timeoutMs: z.coerce
    .number()
    .int()
    .min(1)
    .max(600_000)
    .default(10_000)
    .describe('A run that takes longer is given up.'),
  connections: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .default(8)
    .describe('Runs that each serving process may have under way there at once; others wait and are joined.'),
  secret: z
    .string()
    .regex(/^SLIPWAY_SECRET_[A-Z0-9_]{1,80}$/, 'a name that begins with SLIPWAY_SECRET_')
    .optional()
    .describe(
      'Environment variable of the server whose value is sent as bearer token (or as it is, when it names a scheme).',
    ),
})
export type RemotePlace = z.infer<typeof RemotePlace>

const columns = z
  .array(z.string().min(1).max(256))
  .min(1)
  .max(100_000)
  .optional()
  .describe(
    'Names of the columns of its only input, a matrix: rows of datasets and of other versions are then known to it.',
  )

export const RemoteFile = RemotePlace.extend({
  columns,
  isBinary: z.boolean(),
  isBatchable: z.boolean(),
  /** The signature was given by whoever registered it: that server may tell none, or another. */
  isGiven: z.boolean(),
  inputs: z.array(TensorSpec).min(1),
  outputs: z.array(TensorSpec).min(1),
})
export type RemoteFile = z.infer<typeof RemoteFile>

export const ConnectModel = RemotePlace.extend({
  model: z.string().min(1).max(256).describe('Name of the model here; made when it does not exist.'),
  inputs: z.array(TensorSpec).max(1000).default([]).describe('Default: as that server tells.'),
  outputs: z.array(TensorSpec).max(1000).default([]).describe('Default: as that server tells.'),
  columns,
  description: z.string().max(100_000).optional(),
})
export type ConnectModel = z.infer<typeof ConnectModel>
