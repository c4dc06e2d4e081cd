import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { readPlan } from '../../inference/index.ts'
import type { Engine } from './engine.ts'
import type { ModelStates } from './models.ts'

/** What the control plane says to a worker, on the worker's own unix socket. */
export interface ControlOptions {
  readonly engine: Engine
  readonly planPath: string
  readonly identity: WorkerIdentity
  readonly modelCount: () => number
  readonly modelStates: () => ModelStates
  /** Clients make their connections anew, so that other workers get some of them. */
  readonly reconnect: () => void
  /** Begins the end; the answer leaves before the process does. */
  readonly drain: () => void
}

export interface WorkerIdentity {
  readonly worker: number
  readonly pid: number
  /** Everything that must be equal for a restarted control plane to keep this worker. */
  readonly fingerprint: string
  readonly startedAt: number
}

export interface WorkerStatus extends WorkerIdentity {
  readonly planVersion: number
  readonly modelCount: number
  readonly memoryBytes: number
  /** How long its thread worked and how long it waited for work, since it began. */
  readonly activeMs: number
  readonly idleMs: number
  readonly modelStates: ModelStates
}

export interface WorkerControl {
  readonly server: Server
  /** Tells every watcher that the prediction log grew; calls within 20 ms become one. */
  poke(): void
}

export function createControl(options: ControlOptions): WorkerControl {
  const watchers = new Set<ServerResponse>()
  let applying: Promise<unknown> = Promise.resolve()
  let isPoked = false

  const routes: Readonly<Record<string, (response: ServerResponse) => Promise<void> | void>> = {
    'POST /plan': async (response) => {
      // One plan at a time, each read from the file when its turn comes: the newest wins.
      const outcome = applying.then(async () => {
        const plan = await readPlan(options.planPath)
        return plan === undefined ? { version: 0, failures: [] } : options.engine.apply(plan)
      })
      applying = outcome.catch(() => undefined)
      json(response, await outcome)
    },
    'GET /status': (response) => json(response, status(options)),
    'POST /reconnect': (response) => {
      options.reconnect()
      json(response, {})
    },
    'POST /drain': (response) => {
      json(response, {})
      options.drain()
    },
    'GET /watch': (response) => {
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' })
      response.write('{}\n')
      watchers.add(response)
      response.on('close', () => watchers.delete(response))
    },
  }

  return {
    server: createServer((request, response) => void serve(routes, request, response)),
    poke: () => {
      if (watchers.size === 0 || isPoked) return
      isPoked = true
      setTimeout(() => {
        isPoked = false
        for (const watcher of watchers) watcher.write('{}\n')
      }, 20)
    },
  }
}

async function serve(
  routes: Readonly<Record<string, (response: ServerResponse) => Promise<void> | void>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  request.resume()
  const route = routes[`${request.method} ${request.url}`]
  try {
    if (route === undefined) json(response, { error: 'no such route' }, 404)
    else await route(response)
  } catch (error) {
    json(response, { error: error instanceof Error ? error.message : String(error) }, 500)
  }
}

function status({ engine, identity, modelCount, modelStates }: ControlOptions): WorkerStatus {
  const { active, idle } = performance.eventLoopUtilization()
  return {
    ...identity,
    planVersion: engine.planVersion,
    modelCount: modelCount(),
    memoryBytes: process.memoryUsage.rss(),
    activeMs: active,
    idleMs: idle,
    modelStates: modelStates(),
  }
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(body))
}
