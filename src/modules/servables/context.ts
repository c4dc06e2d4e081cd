import type { GraphRuntime } from '../../platform/inference/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Environments } from '../../platform/runtimes/index.ts'
import type { Registry } from '../registry/index.ts'
import type { PythonFormat } from './formats.ts'
import type { ServableDb } from './tables.ts'

/** What it takes to bring a model that was found servable to a host. */
export interface SourceContext {
  readonly platform: Platform
  readonly db: ServableDb
  readonly environments: Environments
  readonly python: PythonLimits
  readonly functions: GraphRuntime['functions']
  /** The setting `serving.remoteHosts`. */
  readonly remoteHosts?: readonly string[] | undefined
}

/** What it takes to make a model version runnable. */
export interface ServableContext extends SourceContext {
  readonly registry: Registry
  /** Ids of versions whose recorded example was run since the server started. */
  readonly checkedExamples: Set<string>
  /** How folders that Python loads are described, as others have told. */
  readonly pythonFormats: PythonFormat[]
}

/** What a process of a Python model may use; the settings `serving.python…`. */
export interface PythonLimits {
  readonly instances: number
  readonly threads: number
  readonly timeoutMs: number
  readonly memoryBytes: number
}
