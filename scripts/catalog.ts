/** Everything Slipway offers, as data: what the generators of the SDK, the CLI's manifest and the reference read. */
import { existsSync, readdirSync } from 'node:fs'
import { modules } from '../src/app.ts'
import type { Operation } from '../src/kernel/operation.ts'
import { allSettings } from '../src/server/settings.ts'
import { type Description, describe, type NamedDoor, nameSchemas } from '../src/surfaces/describe/index.ts'

export async function describeAll(): Promise<Description> {
  const doors: NamedDoor[] = []
  const operations: { module: string; operation: Operation }[] = []
  const names = new Set([...modules.map((module) => module.name), ...readdirSync('src/modules').sort()])
  for (const name of names) {
    const exports: Record<string, unknown> = await import(`../src/modules/${name}/index.ts`)
    doors.push({ name, exports })
    for (const operation of modules.find((module) => module.name === name)?.operations ?? (await pending(name)))
      operations.push({ module: name, operation: operation as Operation })
  }
  return describe({ operations, routes: [], names: nameSchemas(doors), settings: allSettings(modules) })
}

async function pending(name: string): Promise<Operation[]> {
  if (!existsSync(`src/modules/${name}/operations.ts`)) return []
  const exports: Record<string, unknown> = await import(`../src/modules/${name}/operations.ts`)
  const list = Object.values(exports).find(Array.isArray)
  return (list ?? Object.values(exports).filter((each) => (each as Operation).http !== undefined)) as Operation[]
}
