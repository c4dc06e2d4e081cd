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

type Routes = Readonly<Record<string, (response: ServerResponse, query: URLSearchParams) => Promise<void> | void>>

export function createControl(options: ControlOptions): WorkerControl {
  const watchers = new Set<ServerResponse>()
  let isPoked = false

  const routes: Routes = {
    // Read from the file by each: the newest wins.
    'POST /plan': async (response, query) => {
      const plan = await readPlan(options.planPath)
      const until = query.has('until') ? query.getAll('until').filter((name) => name !== '') : undefined
      json(response, plan === undefined ? { version: 0, failures: [] } : await options.engine.apply(plan, until))
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

async function serve(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume()
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://worker')
  const route = routes[`${request.method} ${pathname}`]
  try {
    if (route === undefined) json(response, { error: 'no such route' }, 404)
    else await route(response, searchParams)
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
