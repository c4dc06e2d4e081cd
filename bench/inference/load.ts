import { connect, type Socket } from 'node:net'

/**
 * A load generator that costs the machine little: raw sockets, one prepared request, answers recognised by their
 * Content-Length. Closed loop (each connection sends when it has its answer) or open loop (a fixed rate whatever the
 * answers do; latency then counts from when a request was due, so queueing is not hidden).
 */
export interface LoadOptions {
  readonly port: number
  readonly path: string
  readonly body: string
  readonly connections: number
  readonly durationMs: number
  /** Requests a second; absent is closed loop. */
  readonly rate?: number
}

export interface LoadResult {
  readonly requests: number
  readonly perSecond: number
  readonly failures: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface Connection {
  readonly socket: Socket
  dueAt: number
  isBusy: boolean
  /** Sends the one prepared request. */
  readonly send: () => void
}

type Open = (onAnswer: (connection: Connection, ok: boolean) => void) => Promise<Connection>

export function runLoad(options: LoadOptions): Promise<LoadResult> {
  const head = `POST ${options.path} HTTP/1.1\r\nHost: 127.0.0.1:${options.port}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(options.body)}\r\n\r\n`
  const message = Buffer.from(head + options.body)
  return drive(options, async (onAnswer) => {
    const socket = connect(options.port, '127.0.0.1').setNoDelay()
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    const connection: Connection = { socket, dueAt: 0, isBusy: false, send: () => socket.write(message) }
    readAnswers(socket, (ok) => onAnswer(connection, ok))
    return connection
  })
}

/** Keeps connections busy as the options say and measures, whatever they speak. */
export async function drive(
  options: Pick<LoadOptions, 'connections' | 'durationMs' | 'rate'>,
  open: Open,
): Promise<LoadResult> {
  const latencies: number[] = []
  let failures = 0
  const queue: number[] = []

  function send(connection: Connection, dueAt: number): void {
    connection.dueAt = dueAt
    connection.isBusy = true
    connection.send()
  }

  function onAnswer(connection: Connection, ok: boolean): void {
    const now = performance.now()
    latencies.push(now - connection.dueAt)
    if (!ok) failures += 1
    connection.isBusy = false
    if (now >= endsAt) return
    if (options.rate === undefined) send(connection, now)
    else {
      const due = queue.shift()
      if (due !== undefined) send(connection, due)
    }
  }

  const connections = await Promise.all(Array.from({ length: options.connections }, () => open(onAnswer)))
  for (const { socket } of connections)
    socket.on('error', () => {
      failures += 1
    })
  const startedAt = performance.now()
  const endsAt = startedAt + options.durationMs
  if (options.rate === undefined) for (const connection of connections) send(connection, performance.now())
  else
    await pace(options.rate, endsAt, (due) => {
      const idle = connections.find((connection) => !connection.isBusy)
      if (idle === undefined) queue.push(due)
      else send(idle, due)
    })
  while (performance.now() < endsAt || connections.some((connection) => connection.isBusy)) {
    if (performance.now() > endsAt + 5000) break
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const seconds = (performance.now() - startedAt) / 1000
  for (const { socket } of connections) socket.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  return {
    requests: latencies.length,
    perSecond: latencies.length / seconds,
    failures,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }
}

async function pace(rate: number, endsAt: number, fire: (due: number) => void): Promise<void> {
  const gap = 1000 / rate
  let due = performance.now()
  while (due < endsAt) {
    const now = performance.now()
    for (; due <= now && due < endsAt; due += gap) fire(due)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** Calls `onAnswer` for each whole response: `ok` when its status is 200. */
function readAnswers(socket: Socket, onAnswer: (ok: boolean) => void): void {
  let pending: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    pending = pending.byteLength === 0 ? chunk : Buffer.concat([pending, chunk])
    for (;;) {
      const end = pending.indexOf('\r\n\r\n')
      if (end === -1) return
      const head = pending.toString('latin1', 0, end)
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (pending.byteLength < end + 4 + length) return
      pending = pending.subarray(end + 4 + length)
      onAnswer(head.startsWith('HTTP/1.1 200'))
    }
  })
}
