import { createAliases } from './aliases.ts'
import { createComparison } from './comparison.ts'
import type { RegistryContext } from './context.ts'
import { createModels } from './models.ts'
import type { Registry } from './service.ts'
import { fileDigests } from './version-store.ts'
import { createVersions } from './versions.ts'

export function createRegistry(ctx: RegistryContext): Registry {
  return {
    ...createModels(ctx),
    ...createVersions(ctx),
    ...createAliases(ctx),
    ...createComparison(ctx),
    fileDigests: () => fileDigests(ctx.db.read),
  }
}
