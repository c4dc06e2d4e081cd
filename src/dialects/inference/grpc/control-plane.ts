import { connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import type { Http2Connections } from '../../../kernel/module.ts'
import type { ServingService } from '../../../modules/serving/index.ts'
import { createAccess } from '../../../platform/auth/index.ts'
import { plannedCore } from '../../../platform/data-plane/index.ts'
import { createGrpcServer, type GrpcServer } from '../../../platform/grpc/index.ts'
import type { InferenceCore } from '../../../platform/inference/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { inferenceGrpc } from './service.ts'

/** Largest message while no worker runs: nothing is inferred then. */
const limitBytes = 1024 * 1024

/**
 * gRPC connections that reach the control plane: passed on whole to a worker where the port cannot be shared, answered by
 * the same services over what is declared while no worker runs. A client that stays connected when workers come up is
 * sent to them with its next call, which it repeats there by itself.
 */
export function controlGrpc(
  platform: Pick<Platform, 'address' | 'clock'>,
  serving: Pick<ServingService, 'inference'>,
): Http2Connections {
  let core = plannedCore(undefined)
  const current: InferenceCore = {
    models: () => core.models(),
    model: (name, version) => core.model(name, version),
    infer: (request) => core.infer(request),
    statistics: () => core.statistics(),
  }
  const findWorker = async () => {
    const target = await serving.inference()
    if ('socketPath' in target) return target.socketPath
    core = target.core
    return undefined
  }
  // Made for the first connection: HTTP/2 takes 20 ms to load, and most servers that start are never asked over gRPC.
  let server: GrpcServer | undefined
  const opened = () => {
    server ??= createGrpcServer({
      services: inferenceGrpc.services(current),
      statusOf: inferenceGrpc.statusOf,
      access: createAccess(platform.address.access),
      clock: platform.clock,
      limitBytes,
      admit: async () => (await findWorker()) === undefined,
    })
    return server
  }
  return {
    accept: (socket) => void place(socket, findWorker, (taken) => opened().accept(taken)),
    drain: () => server?.drain(),
  }
}

async function place(
  socket: Socket,
  findWorker: () => Promise<string | undefined>,
  accept: (socket: Socket) => void,
): Promise<void> {
  const giveUp = () => socket.destroy()
  socket.on('error', giveUp)
  try {
    const path = await findWorker()
    if (path === undefined) accept(socket)
    else {
      const worker = connect(path)
      pipeline(socket, worker, socket, giveUp)
    }
  } catch {
    giveUp()
  }
}
