import { createAliasRules } from './alias-rules.ts'
import { createAliases } from './aliases.ts'
import { createComparison } from './comparison.ts'
import type { RegistryContext } from './context.ts'
import { createModels } from './models.ts'
import type { Registry } from './service.ts'
import { fileDigests } from './version-store.ts'
import { createVersions } from './versions.ts'

export function createRegistry(parts: Omit<RegistryContext, 'gates' | 'formats'>): Registry {
  // Until a module brings gates none has passed anything.
  const gates = { find: () => Promise.resolve(undefined) }
  const ctx: RegistryContext = { ...parts, gates, formats: new Map() }
  return {
    ...createModels(ctx),
    ...createVersions(ctx),
    ...createAliases(ctx),
    ...createAliasRules(ctx),
    askGates: (find) => {
      ctx.gates.find = find
    },
    readFormat: (format, read) => {
      ctx.formats.set(format, read)
    },
    ...createComparison(ctx),
    fileDigests: () => fileDigests(ctx.db.read),
  }
}
