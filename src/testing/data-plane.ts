import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessRules } from '../platform/auth/index.ts'
import { createDataPlane, type DataPlane, type DataPlaneOptions } from '../platform/data-plane/index.ts'
import type { PlanVariant } from '../platform/inference/index.ts'
import type { PublicPort } from '../platform/platform.ts'
import type { Processes } from '../platform/process/index.ts'
import { createLog, systemClock } from '../platform/runtime/index.ts'
import { inspectModel } from '../platform/runtimes/index.ts'
import { directProcesses } from './direct-processes.ts'
import { freePort } from './free-port.ts'

/** A data plane on a free port with its own folder and a control plane that the test plays. */
export interface TestDataPlane {
  readonly plane: DataPlane
  readonly url: string
  readonly folder: string
  /** Another handle on the same folder, as a restarted control plane would make; with other bounds of its workers when given. */
  again(bounds?: Pick<DataPlaneOptions, 'workers' | 'maxWorkers'>): DataPlane
  /** The lines of the prediction log, all segments in order. */
  records(): Promise<unknown[]>
  /** Files of the prediction log, with how much is in each. */
  segments(): Promise<{ readonly name: string; readonly lines: number }[]>
  stop(): Promise<void>
}

export async function testDataPlane(options: {
  readonly workers: number
  readonly maxWorkers?: number
  readonly scaleEveryMs?: number
  readonly control: RequestListener
  readonly maxBodyBytes?: number
  readonly logLimitBytes?: number
  readonly onLog?: () => void
  readonly token?: string
  readonly traces?: { readonly traceUrl: string; readonly traceSample: number }
  readonly processes?: Processes
}): Promise<TestDataPlane> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-plane-'))
  const port = await freePort()
  const controlSocket = join(folder, 'control.sock')
  const control = createServer(options.control)
  await new Promise<void>((resolve) => control.listen(controlSocket, resolve))
  const open = (bounds: Pick<DataPlaneOptions, 'workers' | 'maxWorkers'>) =>
    createDataPlane({
      workers: bounds.workers,
      maxWorkers: bounds.maxWorkers,
      ...(options.scaleEveryMs === undefined ? {} : { scaleEveryMs: options.scaleEveryMs }),
      folder,
      controlSocket,
      access: accessRules({ host: '127.0.0.1', allowedHosts: [], token: options.token }),
      port: playedPort(port),
      processes: options.processes ?? directProcesses(),
      clock: systemClock,
      log: createLog('silent'),
      limits: {
        maxBatchRows: 256,
        maxPending: 10_000,
        maxBodyBytes: options.maxBodyBytes ?? 1024 * 1024,
        logLimitBytes: options.logLimitBytes ?? 64 * 1024 * 1024,
        ...options.traces,
      },
      onLog: options.onLog ?? (() => {}),
    })
  const plane = open(options)
  const planes = [plane]
  await plane.start()
  return {
    plane,
    url: `http://127.0.0.1:${port}`,
    folder,
    again: (bounds = options) => {
      const next = open(bounds)
      planes.push(next)
      return next
    },
    records: () => readRecords(plane.logFolder),
    segments: () => readSegments(plane.logFolder),
    stop: async () => {
      await Promise.all(planes.map((each) => each.stop()))
      await closeServer(control)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A variant of a plan over a model file that is written and looked into here. */
export async function planVariant(
  folder: string,
  model: Uint8Array,
  given: { name?: string; version: string; weight?: number },
): Promise<PlanVariant> {
  const path = join(folder, `model-${given.version}.onnx`)
  await writeFile(path, model)
  const signature = await inspectModel(path)
  return {
    name: given.name ?? 'champion',
    modelVersionId: `mdv_${given.version}`,
    version: given.version,
    weight: given.weight ?? 100,
    digest: `digest-${given.version}`,
    path,
    ...signature,
  }
}

async function readRecords(folder: string): Promise<unknown[]> {
  const names = (await readdir(folder)).sort()
  const lines = await Promise.all(names.map((name) => readLines(folder, name)))
  return lines.flat().map((line) => JSON.parse(line))
}

async function readSegments(folder: string) {
  const names = (await readdir(folder)).sort()
  return Promise.all(names.map(async (name) => ({ name, lines: (await readLines(folder, name)).length })))
}

async function readLines(folder: string, name: string): Promise<string[]> {
  return (await readFile(join(folder, name), 'utf8')).split('\n').filter(Boolean)
}

function playedPort(port: number): PublicPort {
  return {
    host: '127.0.0.1',
    port,
    isShareable: true,
    opened: Promise.resolve(),
    release: async () => {},
    acquire: async () => {},
  }
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(() => resolve()))
}
