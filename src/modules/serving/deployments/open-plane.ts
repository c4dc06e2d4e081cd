import { createDataPlane, type DataPlane } from '../../../platform/data-plane/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { ServingConfig } from '../config.ts'

/** The workers of this host. `onLog` is told when they recorded something. */
export async function openPlane(platform: Platform, config: ServingConfig, onLog: () => void): Promise<DataPlane> {
  return createDataPlane({
    folder: await platform.workDir('serving'),
    controlSocket: platform.address.controlSocket,
    access: platform.address.access,
    clock: platform.clock,
    workers: config.workers,
    maxWorkers: config.maxWorkers,
    port: platform.publicPort,
    processes: platform.processes,
    log: platform.log,
    limits: config,
    onLog,
  })
}
