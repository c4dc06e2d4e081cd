import type { Registry } from '../registry/index.ts'

export type FeatureNames = (modelVersionId: string) => Promise<readonly string[] | undefined>

/** Names of the columns of a model's matrix input, from the signature it was registered with; none for a version that is gone. */
export function registeredNames(registry: Registry): FeatureNames {
  return async (modelVersionId) => {
    const inputs = (await registry.findVersion(modelVersionId))?.signature?.inputs
    // What has a shape of its own is no column.
    const names = inputs?.some((input) => 'shape' in input) ? undefined : inputs?.map((column) => column.name)
    return names?.every((name) => typeof name === 'string') ? (names as string[]) : undefined
  }
}

/** Asks once for each version, as versions never change. */
export function createFeatureNames(find: FeatureNames): FeatureNames {
  const known = new Map<string, readonly string[] | undefined>()
  return async (modelVersionId) => {
    if (!known.has(modelVersionId)) known.set(modelVersionId, await find(modelVersionId))
    return known.get(modelVersionId)
  }
}
