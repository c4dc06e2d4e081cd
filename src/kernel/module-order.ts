import type { Module } from './module.ts'

/** Modules sorted so that each comes after those it needs. Throws on a missing module or a cycle: both are programming slips. */
export function orderByNeeds<Platform>(modules: readonly Module<Platform>[]): Module<Platform>[] {
  const ordered: Module<Platform>[] = []
  const visit = (module: Module<Platform>, path: readonly string[]) => {
    if (ordered.includes(module)) return
    if (path.includes(module.name)) throw new Error(`modules need each other: ${[...path, module.name].join(' -> ')}`)
    if (!modules.includes(module))
      throw new Error(`${path.at(-1)} needs ${module.name}, which is not in the list of modules`)
    for (const needed of Object.values(module.needs) as Module<Platform>[]) visit(needed, [...path, module.name])
    ordered.push(module)
  }
  for (const module of modules) visit(module, [])
  return ordered
}
