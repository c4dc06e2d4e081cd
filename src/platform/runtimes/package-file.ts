import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import { defineErrors } from '../../kernel/errors.ts'
import { datatypes, isDatatype, type PlanDeployment } from '../inference/index.ts'

/**
 * A deployment in a folder: `deployment.json` says which versions get which share of the requests, and the model files lie
 * beside it, named by their content. What an exported image or pod serves.
 */
const packageFileName = 'deployment.json'

const Spec = z.object({
  name: z.string(),
  datatype: z.string().refine(isDatatype, `one of ${Object.keys(datatypes).join(', ')}`),
  shape: z.array(z.number().int()),
  isColumn: z.boolean().optional(),
  isOptional: z.boolean().optional(),
})

const PackageFile = z.object({
  format: z.literal(1),
  name: z.string().min(1),
  routing: z
    .object({
      keyHeader: z.string().optional(),
      rules: z.array(z.object({ header: z.string(), value: z.string(), variant: z.string() })),
    })
    .optional(),
  variants: z
    .array(
      z.object({
        name: z.string(),
        modelVersionId: z.string(),
        version: z.string(),
        weight: z.number(),
        digest: z.string().regex(/^[0-9a-f]{64}$/),
        path: z.string().min(1),
        inputs: z.array(Spec),
        outputs: z.array(Spec),
        featureNames: z.array(z.string()).optional(),
        converted: z.object({ finite: z.record(z.string(), z.array(z.number().int())) }).optional(),
      }),
    )
    .min(1),
})

export const packageErrors = defineErrors({
  package_unreadable: [
    'invalid',
    '{path} is not a deployment that can be served: {problem}',
    'Make the folder with slipway deployments export.',
  ],
  package_damaged: [
    'invalid',
    'The file {path} is not the model that the package names.',
    'Export the deployment again.',
  ],
})

/** Reads and verifies a package; paths in the answer are absolute. Throws `package_unreadable` or `package_damaged`. */
export async function readPackage(folder: string): Promise<PlanDeployment> {
  const root = resolve(folder)
  const path = join(root, packageFileName)
  const refuse = (problem: string) => packageErrors.package_unreadable({ path, problem })
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw refuse(error.message)
  })
  const parsed = PackageFile.safeParse(parseJson(text))
  if (!parsed.success) throw refuse(z.prettifyError(parsed.error))
  const { name, routing, variants } = parsed.data
  for (const variant of variants) {
    const file = resolve(root, variant.path)
    if (!file.startsWith(root + sep)) throw refuse(`${variant.path} lies outside the folder`)
    const digest = await digestOf(file).catch((error: Error) => {
      throw refuse(error.message)
    })
    if (digest !== variant.digest) throw packageErrors.package_damaged({ path: variant.path })
  }
  // Nobody takes what would be recorded: the pods of a cluster have no database behind them.
  const settings = { capture: 0 }
  const placed = variants.map(({ converted, ...variant }) => ({
    ...variant,
    path: resolve(root, variant.path),
    ...(converted === undefined ? {} : { runtime: { kind: 'onnx', converted } }),
  }))
  return { name, salt: name, routing, settings, variants: placed as PlanDeployment['variants'] }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
