import { z } from 'zod'
import { ModelSignature } from '../../servables/index.ts'
import { DeploymentRouting, DeploymentSettings, Variant } from '../model.ts'

/** A live version with the file that it is. */
export const PackagedVariant = Variant.extend({
  digest: z.string().describe('SHA-256 of its model file, which `GET /v1/blobs/{digest}` gives.'),
  sizeBytes: z.number().int(),
  signature: ModelSignature,
  featureNames: z.array(z.string()).optional().describe('Columns of a single matrix input, when they are known.'),
  converted: z
    .object({ finite: z.record(z.string(), z.array(z.number().int())) })
    .optional()
    .describe('The file was made from a Python model; by input, columns in which it takes no missing number.'),
})
export type PackagedVariant = z.infer<typeof PackagedVariant>

/** All that is needed to serve a deployment elsewhere as it is served now. */
export const DeploymentPackage = z.object({
  name: z.string(),
  model: z.string(),
  routing: DeploymentRouting.optional(),
  settings: DeploymentSettings.optional(),
  variants: z.array(PackagedVariant),
})
export type DeploymentPackage = z.infer<typeof DeploymentPackage>
