import type { GrpcService } from '../../kernel/grpc-service.ts'
import { type ProtoCodec, protoCodec } from './codec.ts'
import { GrpcError } from './contract.ts'
import type { ProtoFile } from './proto-file.ts'

/** Whether a service (a model, or '' for the whole server) can answer; undefined when it is not known. */
export type HealthCheck = (service: string) => boolean | undefined

/** The health protocol (grpc/grpc doc/health-checking.md). */
export const healthFile: ProtoFile = {
  name: 'grpc/health/v1/health.proto',
  package: 'grpc.health.v1',
  messages: {
    HealthCheckRequest: { service: [1, 'string'] },
    HealthCheckResponse: { status: [1, 'HealthCheckResponse.ServingStatus'] },
  },
  enums: { 'HealthCheckResponse.ServingStatus': { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } },
  services: {
    Health: {
      Check: ['HealthCheckRequest', 'HealthCheckResponse'],
      Watch: ['HealthCheckRequest', 'HealthCheckResponse', 'server'],
    },
  },
}

const notFound = 5
const serviceUnknown = 3
/** How soon a watcher hears of a change. */
const lookMs = 500

export function healthService(check: HealthCheck): GrpcService {
  const codec = protoCodec(healthFile)
  const statusOf = (service: string) => {
    const isServing = check(service)
    return isServing === undefined ? serviceUnknown : isServing ? 1 : 2
  }
  return {
    name: 'grpc.health.v1.Health',
    allow: 'reference:read',
    methods: {
      Check: {
        kind: 'unary',
        isPublic: true,
        run: (message) => {
          const service = readService(codec, message)
          const status = statusOf(service)
          if (status === serviceUnknown) throw new GrpcError(notFound, `unknown service ${JSON.stringify(service)}`)
          return { frame: codec.encode('HealthCheckResponse', { status }).frame() }
        },
      },
      Watch: {
        kind: 'stream',
        isPublic: true,
        run: async (messages, call, send) => {
          let service = ''
          for await (const message of messages) service = readService(codec, message)
          let told: number | undefined
          let wake = () => {}
          call.onOver(() => wake())
          while (!call.isOver()) {
            const status = statusOf(service)
            if (status !== told) await send(codec.encode('HealthCheckResponse', { status }).frame())
            told = status
            await new Promise<void>((resolve) => {
              const timer = setTimeout(resolve, lookMs)
              wake = () => {
                clearTimeout(timer)
                resolve()
              }
            })
          }
        },
      },
    },
  }
}

function readService(codec: ProtoCodec, message: Buffer): string {
  return String(codec.decode('HealthCheckRequest', message).service)
}
