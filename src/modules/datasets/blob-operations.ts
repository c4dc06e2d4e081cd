import { z } from 'zod'
import { operation } from '../../kernel/operation.ts'
import { Digest, Preview } from './model.ts'
import type { Datasets } from './service.ts'

/** Operations on stored bytes as such; the bytes themselves come and go by the routes of blob-routes.ts. */
const missing = operation({
  name: 'blobs.missing',
  http: 'POST /v1/blobs/missing',
  summary: 'Ask which of many digests are not stored yet.',
  description: 'Those that are stored are kept from collection for a day: a version may be about to name them.',
  input: z.object({ digests: z.array(Digest).max(10_000) }),
  output: z.object({ missing: z.array(Digest) }),
  allow: 'blobs:read',
  subject: 'blobs',
  run: async (datasets: Datasets, input) => ({ missing: await datasets.missingBlobs(input.digests) }),
})

const verify = operation({
  name: 'blobs.verify',
  http: 'POST /v1/blobs/{digest}/verify',
  summary: 'Read stored bytes back and compare them with their digest.',
  description: 'A damaged blob is answered with blob_corrupt; storing the same file again repairs it.',
  input: z.object({ digest: Digest }),
  output: z.object({ digest: Digest, sizeBytes: z.number().int() }),
  errors: ['blob_not_found', 'blob_corrupt'],
  allow: 'blobs:read',
  subject: 'blob:{digest}',
  run: (datasets: Datasets, { digest }) => datasets.verifyBlob(digest),
})

const preview = operation({
  name: 'blobs.preview',
  http: 'GET /v1/blobs/{digest}/preview',
  summary: 'Show the first rows of stored bytes that are a table.',
  input: z.object({
    digest: Digest,
    path: z.string().min(1).max(1024).describe('A file name; its ending says what the bytes are: `scores.parquet`.'),
    limit: z.coerce.number().int().min(1).max(1000).default(50),
    offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
  }),
  output: Preview,
  errors: ['blob_not_found', 'dataset_no_table'],
  allow: 'blobs:read',
  subject: 'blob:{digest}',
  run: (datasets: Datasets, input) => datasets.previewBlob(input),
})

const dayMs = 86_400_000

const collect = operation({
  name: 'blobs.collect',
  http: 'POST /v1/blobs/collect',
  summary: 'Delete stored bytes that nothing refers to any more.',
  description:
    'Counts only, unless dryRun is false. Bytes younger than olderThanMs are kept: a row may be about to name them.',
  input: z.object({
    dryRun: z.boolean().default(true),
    olderThanMs: z.number().int().min(0).default(dayMs),
  }),
  output: z.object({
    keptCount: z.number().int(),
    deletedCount: z.number().int().describe('Deleted, or in a dry run what would be.'),
    deletedBytes: z.number().int(),
  }),
  allow: 'blobs:admin',
  subject: 'blobs',
  run: (datasets: Datasets, input) => datasets.collectBlobs(input),
})

export const blobOperations = [missing, verify, collect, preview]
