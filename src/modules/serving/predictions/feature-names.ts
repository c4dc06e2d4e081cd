import type { Registry } from '../../registry/index.ts'

export type FeatureNames = (modelVersionId: string) => Promise<readonly string[] | undefined>

/**
 * Names of the columns of a model's matrix input, from the signature it was registered with. Versions never change, so an
 * answer is kept; a version that is gone has none.
 */
export function createFeatureNames(registry: Registry): FeatureNames {
  const known = new Map<string, readonly string[] | undefined>()
  return async (modelVersionId) => {
    if (known.has(modelVersionId)) return known.get(modelVersionId)
    const version = await registry.findVersion(modelVersionId)
    const inputs = version?.signature?.inputs
    // What has a shape of its own is no column.
    const names = inputs?.some((input) => 'shape' in input) ? undefined : inputs?.map((column) => column.name)
    const usable = names?.every((name) => typeof name === 'string') ? (names as string[]) : undefined
    known.set(modelVersionId, usable)
    return usable
  }
}
