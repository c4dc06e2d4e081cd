import type { DeploymentPackage } from '../../../sdk/index.ts'

/** A file of an export that is text; equal deployments give equal bytes. */
export interface TextFile {
  readonly path: string
  readonly text: string
}

export interface ExportTarget {
  readonly deployment: DeploymentPackage
  /** Version of this program, which the image installs. */
  readonly version: string
  /** Name under which the image is built and pulled. */
  readonly image: string
}

export const servedPort = 8080

/** Where the file of a variant lies. Variants of one file share it. */
export function modelPath(digest: string): string {
  return `models/${digest.slice(0, 16)}.onnx`
}

/** `deployment.json`, as `slipway serve-package` reads it. */
export function packageFile({ name, routing, variants }: DeploymentPackage): TextFile {
  const described = {
    format: 1,
    name,
    ...(routing === undefined ? {} : { routing }),
    variants: variants.map(({ signature, digest, featureNames = [], converted, ...variant }) => ({
      name: variant.name,
      modelVersionId: variant.modelVersionId,
      version: String(variant.version),
      weight: variant.weight,
      digest,
      path: modelPath(digest),
      ...signature,
      ...(featureNames.length === 0 ? {} : { featureNames }),
      ...(converted === undefined ? {} : { converted }),
    })),
  }
  return { path: 'deployment.json', text: `${JSON.stringify(described, null, 2)}\n` }
}

/** A name for objects of a cluster (RFC 1123 label): letters, digits and dashes, at most 63. */
export function clusterName(deployment: string): string {
  const plain = deployment.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return plain.replace(/^-+/, '').slice(0, 63).replace(/-+$/, '')
}

/** `iris:3`, `iris:3-4` for a split: the versions in it are what makes an image another one. */
export function defaultImage({ name, variants }: DeploymentPackage): string {
  const versions = [...new Set(variants.map((variant) => variant.version))].sort((a, b) => a - b)
  return `${clusterName(name)}:${versions.join('-')}`
}
