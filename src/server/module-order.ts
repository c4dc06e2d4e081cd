import type { PlatformModule } from '../platform/platform.ts'

/** Modules sorted so that each comes after those it needs. Throws on a missing module or a cycle: both are programming slips. */
export function orderByNeeds(modules: readonly PlatformModule[]): PlatformModule[] {
  const ordered: PlatformModule[] = []
  const visit = (module: PlatformModule, path: readonly string[]) => {
    if (ordered.includes(module)) return
    if (path.includes(module.name)) throw new Error(`modules need each other: ${[...path, module.name].join(' -> ')}`)
    if (!modules.includes(module))
      throw new Error(`${path.at(-1)} needs ${module.name}, which is not in the list of modules`)
    for (const needed of Object.values(module.needs) as PlatformModule[]) visit(needed, [...path, module.name])
    ordered.push(module)
  }
  for (const module of modules) visit(module, [])
  return ordered
}
