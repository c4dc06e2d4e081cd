import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AccessRules, accessRules, createAccess, requireSafeStart } from '../../platform/auth/index.ts'
import { startWorker } from '../../platform/data-plane/worker/index.ts'
import { createGrpcServer, shareWithHttp2 } from '../../platform/grpc/index.ts'
import { type InferenceGrpc, type InferenceProtocol, writePlan } from '../../platform/inference/index.ts'
import { createProcesses } from '../../platform/process/index.ts'
import { createLog, systemClock } from '../../platform/runtime/index.ts'
import { type OpenRemote, readPackage } from '../../platform/runtimes/index.ts'

/**
 * An exported deployment, served by one process without database or control plane: what runs in an image. It listens only
 * once its models are loaded, answers every protocol that a whole server answers, and `/health` and `/ready` for probes.
 */
export interface PackageOptions {
  readonly folder: string
  readonly host: string
  readonly port: number
  readonly token: string | undefined
  readonly insecure: boolean
  readonly protocols: readonly InferenceProtocol[]
  readonly grpc: InferenceGrpc
  readonly openRemote: OpenRemote
  /** Ends it, after what is in hand is answered. */
  readonly signal: AbortSignal
  readonly onReady: () => void
}

const mebibyte = 1024 * 1024
const limits = { maxBatchRows: 256, maxPending: 10_000, maxBodyBytes: 64 * mebibyte, logLimitBytes: mebibyte }

/** Resolves with the exit code. Throws when the package is damaged or a model of it cannot be loaded. */
export async function servePackage(options: PackageOptions): Promise<number> {
  const { folder, host, port, token } = options
  requireSafeStart(options)
  const deployment = await readPackage(folder)
  const work = await mkdtemp(join(tmpdir(), 'slipway-package-'))
  const place = (name: string) => join(work, name)
  const access = accessRules({ host, allowedHosts: [], token })
  const probes = await answerProbes(place('control.sock'), access)
  try {
    await writePlan(place('plan.json'), { version: 1, deployments: [deployment] })
    const ended = Promise.withResolvers<number>()
    const config = {
      worker: 0,
      host,
      port,
      sharesPort: true,
      planPath: place('plan.json'),
      logFolder: place('predictions'),
      controlSocket: place('control.sock'),
      commandSocket: place('worker.sock'),
      inferenceSocket: place('worker-in.sock'),
      access,
      fingerprint: 'package',
      mustLoad: true,
      ...limits,
    }
    const worker = await startWorker(config, {
      clock: systemClock,
      log: createLog('warn').child('package'),
      pid: process.pid,
      processes: createProcesses(),
      protocols: options.protocols,
      grpc: options.grpc,
      openRemote: options.openRemote,
      exit: ended.resolve,
    })
    options.onReady()
    if (options.signal.aborted) worker.drain()
    options.signal.addEventListener('abort', worker.drain, { once: true })
    return await ended.promise
  } finally {
    probes.closeAllConnections()
    probes.close()
    await rm(work, { recursive: true, force: true })
  }
}

/** Stands where a whole server has its control plane: the worker sends everything that is not inference here. */
function answerProbes(socketPath: string, access: AccessRules): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume()
    const path = request.url?.split('?')[0] ?? '/'
    const isProbe = path === '/health' || path === '/ready'
    const body = isProbe
      ? { status: 'ready' }
      : {
          status: 404,
          code: 'route_not_found',
          title: 'not_found',
          detail: `There is no ${path}: this is an exported deployment, which answers predictions only.`,
        }
    response.writeHead(isProbe ? 200 : 404, {
      'Content-Type': isProbe ? 'application/json' : 'application/problem+json',
    })
    response.end(JSON.stringify(body))
  })
  const grpc = createGrpcServer({
    services: [],
    access: createAccess(access),
    clock: systemClock,
    limitBytes: mebibyte,
  })
  shareWithHttp2(server, grpc.accept)
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, () => resolve(server))
  })
}
