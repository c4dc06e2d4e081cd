import type { ConfigSchema, ConfigValues } from './config.ts'
import type { Declarations, Declared } from './declarations.ts'
import type { EventDefinition, Subscription } from './event.ts'
import type { GrpcService } from './grpc-service.ts'
import type { JobHandler } from './job.ts'
import type { Migration } from './migration.ts'
import type { Operation } from './operation.ts'
import type { RawRoute } from './route.ts'

/**
 * A module is a value: one capability with its tables, operations, jobs and the doors of the modules it may call.
 * Lifecycle: configure (every problem at once) -> migrate -> create and start in order of needs -> ready -> drain ->
 * stop in reverse. `create` has no side effects; `start` may begin work; `stop` must bear a start that failed half way.
 *
 * What `create` makes is the inside of the module: its `door`, which operations and other modules call, and beside it
 * whatever its own routes, jobs and life need (`ctx`, a thread, a pool). Nobody else sees more than the door.
 */
export interface ModuleDefinition<
  Platform,
  Door,
  Inside extends HasDoor<Door>,
  Needs extends Doors<Platform>,
  Config extends ConfigSchema,
> {
  readonly name: string
  /** The modules whose doors this one may call; nothing else is handed to it. */
  readonly needs: Needs
  readonly config: Config
  /** Append-only. */
  readonly migrations: readonly Migration[]
  readonly events: readonly EventDefinition<unknown>[]
  readonly operations: readonly Operation<Door>[]
  readonly create: (env: ModuleEnv<Platform, Needs, Config>) => Inside
  readonly routes?: (inside: Inside) => readonly RawRoute[]
  /** As a dialect's: on the one public port. */
  readonly grpc?: (inside: Inside) => readonly GrpcService[]
  readonly jobs?: (inside: Inside) => readonly JobHandler[]
  readonly subscriptions?: (inside: Inside) => readonly Subscription[]
  /** Digests of every blob this module still needs; what no module names may be collected. */
  readonly blobRoots?: (inside: Inside) => AsyncIterable<string>
  /** Entries into the tables of other modules. */
  readonly declares?: Declarations<NoInfer<Door>>
  /** Takes in what all modules declare: once, when all are created and none has started. A slip in it fails the start. */
  readonly gather?: (inside: Inside, declared: readonly Declared[]) => void
  readonly start?: (inside: Inside) => Promise<void> | void
  /** Resolves when the module can do its work; the server calls itself ready after that. Called once the port is open. */
  readonly ready?: (inside: Inside) => Promise<void>
  /** Stop taking work, finish what is in hand. */
  readonly drain?: (inside: Inside) => Promise<void> | void
  readonly stop?: (inside: Inside) => Promise<void> | void
}

export interface HasDoor<Door = unknown> {
  readonly door: Door
}

export interface ModuleEnv<Platform, Needs extends Doors<Platform>, Config extends ConfigSchema> {
  readonly platform: Platform
  readonly config: ConfigValues<Config>
  readonly needs: DoorsOf<Needs>
}

/** Any module, its types erased. */
// biome-ignore lint/suspicious/noExplicitAny: the one place where modules of different types stand in one list
export type Module<Platform> = ModuleDefinition<Platform, any, any, any, any>
export type Doors<Platform> = Readonly<Record<string, Module<Platform>>>
export type DoorOf<M> = M extends { readonly create: (env: never) => { readonly door: infer Door } } ? Door : never
export type DoorsOf<Needs> = { readonly [K in keyof Needs]: DoorOf<Needs[K]> }

/** A foreign protocol: routes over the doors of modules, and its own form of an error. */
export interface DialectDefinition<Platform, Needs extends Doors<Platform>> {
  readonly name: string
  readonly needs: Needs
  // A method, not a property: its parameter is then bivariant and dialects of different needs fit one list.
  routes(env: { readonly platform: Platform; readonly needs: DoorsOf<Needs> }): readonly RawRoute[]
  /** Answered on the public port beside HTTP/1.1, by the control plane itself also where workers have the port. */
  grpc?(env: { readonly platform: Platform; readonly needs: DoorsOf<Needs> }): readonly GrpcService[]
  /** Variables by which a child process's own client of this protocol finds the server and the run it belongs to. */
  readonly childEnvironment?: (child: ChildContext) => Readonly<Record<string, string>>
  /**
   * The text that a client of this protocol must read at `/version`, recognized by the headers of its request (names in
   * lower case); undefined for everybody else, who reads Slipway's own version.
   */
  readonly versionFor?: (headers: Readonly<Record<string, string | string[] | undefined>>) => string | undefined
}

/** What a child process that works for a tracking run is told. */
export interface ChildContext {
  readonly url: string
  /** Empty when the server needs none. */
  readonly token: string
  readonly runId: string
  readonly experiment: { readonly id: string; readonly number: number; readonly name: string }
}

export type AnyDialect<Platform> = DialectDefinition<Platform, Doors<Platform>>
