import { readdirSync, readFileSync } from 'node:fs'
import { type ServerChild, serverChild } from '../../src/testing/server-child.ts'

/** A whole server with one worker, as a user runs it, and short ways to do what the measurements do. */
export interface BenchServer {
  readonly port: number
  // biome-ignore lint/suspicious/noExplicitAny: answers of any operation
  call(method: string, path: string, body?: object | Uint8Array): Promise<any>
  /** Registers the bytes as the next version of a model. */
  register(model: string, bytes: Uint8Array): Promise<void>
  /** Resident memory of the worker, in MB. */
  workerMb(): number
  /** Processor time that the worker has used, in microseconds. */
  workerCpuUs(): number
  stop(): Promise<void>
}

export async function startBenchServer(): Promise<BenchServer> {
  const server = await serverChild(['--serving-workers', '1', '--log-level', 'error'])
  await server.start()
  const call: BenchServer['call'] = (method, path, body) => send(server, { method, path, body })
  return {
    port: Number(new URL(server.url).port),
    call,
    register: async (model, bytes) => {
      const blob = await call('PUT', '/v1/blobs', bytes)
      await call('POST', `/v1/models/${model}/versions`, { files: [{ path: 'model.onnx', ...blob }], format: 'onnx' })
    },
    workerMb: () => residentMb(workerPid(server.dataDir)),
    workerCpuUs: () => cpuUs(workerPid(server.dataDir)),
    stop: () => server.dispose(),
  }
}

async function send(
  { url }: ServerChild,
  { method, path, body }: { method: string; path: string; body: object | Uint8Array | undefined },
) {
  const isBytes = body instanceof Uint8Array
  const type = isBytes ? 'application/octet-stream' : 'application/json'
  const answer = await fetch(`${url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: isBytes ? Buffer.from(body) : JSON.stringify(body), headers: { 'Content-Type': type } }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

/** The process that was started with a worker configuration of this data directory. */
function workerPid(dataDir: string): number {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const command = readText(`/proc/${name}/cmdline`)
    if (command.includes(dataDir) && /worker\.[tj]s\0[^\0]*worker-0\.json/.test(command)) return Number(name)
  }
  throw new Error('no worker runs')
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0) / 1024
}

/** Clock ticks of user and system time; Linux counts 100 of them a second. */
function cpuUs(pid: number): number {
  const fields = readText(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
