import { z } from 'zod'

export type SchemaNames = ReadonlyMap<z.core.$ZodType, string>

/** What a module exports, with its name: `{ name: 'tracking', exports: await import('./modules/tracking/index.ts') }`. */
export interface NamedDoor {
  readonly name: string
  readonly exports: Readonly<Record<string, unknown>>
}

/**
 * Names of shared shapes: schema and type share a name in this code base, so the name of the export is the name of the
 * shape. When two modules use one word for different shapes, the later one is told apart by its module: `RegistryTags`.
 */
export function nameSchemas(doors: readonly NamedDoor[]): SchemaNames {
  const names = new Map<z.core.$ZodType, string>()
  const taken = new Set<string>()
  for (const door of doors) {
    for (const [name, value] of Object.entries(door.exports)) {
      if (!/^[A-Z]/.test(name) || !(value instanceof z.ZodType) || names.has(value)) continue
      const full = taken.has(name) ? capital(door.name) + name : name
      taken.add(full)
      names.set(value, full)
    }
  }
  return names
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
