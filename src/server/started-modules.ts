import type { AnyDialect, HasDoor } from '../kernel/module.ts'
import type { RawRoute } from '../kernel/route.ts'
import type { Platform, PlatformModule } from '../platform/platform.ts'
import type { OwnedServices } from '../surfaces/grpc/index.ts'
import type { Assembly } from './assembly.ts'

export interface StartedModule {
  readonly module: PlatformModule
  /** What its `create` made; others are handed its door. */
  readonly inside: HasDoor
}

/** Creates each module and hands it the doors it needs; `ordered` has them after those they need. */
export function createModules(
  ordered: readonly PlatformModule[],
  platform: Platform,
  configs: Assembly['moduleConfig'],
): StartedModule[] {
  const doors = new Map<PlatformModule, unknown>()
  return ordered.map((module) => {
    const needed = Object.entries(module.needs as Record<string, PlatformModule>)
    const inside: HasDoor = module.create({
      platform: { ...platform, log: platform.log.child(module.name) },
      config: configs[module.name] ?? {},
      needs: Object.fromEntries(needed.map(([name, door]) => [name, doors.get(door)])),
    })
    doors.set(module, inside.door)
    return { module, inside }
  })
}

/** Hands what the modules declare to those that keep tables of it. */
export function gatherDeclarations(started: readonly StartedModule[]): void {
  const declared = started.flatMap(({ module: { declares }, inside: { door } }) =>
    declares === undefined ? [] : [{ declares, door }],
  )
  for (const { module, inside } of started) module.gather?.(inside, declared)
}

export function registerBackground(started: readonly StartedModule[], platform: Platform): void {
  for (const { module, inside } of started) {
    for (const handler of module.jobs?.(inside) ?? []) platform.jobs.handle(handler)
    for (const subscription of module.subscriptions?.(inside) ?? []) platform.events.subscribe(subscription)
  }
}

/** Raw routes of modules and dialects. */
export function rawRoutes(assembly: Assembly, started: readonly StartedModule[], platform: Platform): RawRoute[] {
  const ofModules = started.flatMap(({ module, inside }) => module.routes?.(inside) ?? [])
  const ofDialects = assembly.dialects.flatMap((dialect) => dialect.routes(dialectEnv(dialect, started, platform)))
  return [...ofModules, ...ofDialects]
}

/** gRPC services of modules and dialects. */
export function grpcServices(
  { dialects }: Assembly,
  started: readonly StartedModule[],
  platform: Platform,
): OwnedServices[] {
  const ofModules = started.map(({ module, inside }) => ({
    owner: `module ${module.name}`,
    services: module.grpc?.(inside) ?? [],
  }))
  const ofDialects = dialects.map((dialect) => ({
    owner: `dialect ${dialect.name}`,
    services: dialect.grpc?.(dialectEnv(dialect, started, platform)) ?? [],
  }))
  return [...ofModules, ...ofDialects]
}

function dialectEnv(dialect: AnyDialect<Platform>, started: readonly StartedModule[], platform: Platform) {
  const doors = new Map(started.map(({ module, inside }) => [module, inside.door]))
  const needed = Object.entries(dialect.needs).map(([name, door]) => [name, doors.get(door)])
  return {
    platform: { ...platform, log: platform.log.child(dialect.name) },
    needs: Object.fromEntries(needed),
  }
}

/** Digests of every blob that some module still needs. */
export async function* blobRoots(started: readonly StartedModule[]): AsyncGenerator<string> {
  for (const { module, inside } of started) {
    if (module.blobRoots !== undefined) yield* module.blobRoots(inside)
  }
}
