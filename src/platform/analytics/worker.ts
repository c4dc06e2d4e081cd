import { parentPort, workerData } from 'node:worker_threads'
import { type DuckDBConnection, DuckDBInstance, type JS } from '@duckdb/node-api'
import type { WorkerAnswer, WorkerRequest, WorkerSettings } from './protocol.ts'
import { sqlPaths } from './quote.ts'

/** Entry of the analytics thread: one in-memory engine, one connection per running query. */
const settings = workerData as WorkerSettings
const running = new Map<number, DuckDBConnection>()
const canceled = new Set<number>()
const opening = openEngine()

parentPort?.on('message', (request: WorkerRequest) => {
  if (request.kind === 'query') void answer(request)
  else cancel(request.id)
})

async function openEngine(): Promise<DuckDBInstance> {
  const engine = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: `${settings.memoryLimitMb}MiB`,
    threads: String(settings.threads),
    temp_directory: settings.tempFolder,
  })
  const connection = await engine.connect()
  await connection.run(`SET allowed_directories = ${sqlPaths(settings.folders.map((folder) => `${folder}/`))}`)
  await connection.run('SET enable_external_access = false')
  // Wall clock times without a zone are read as UTC, wherever the server stands.
  await connection.run(`SET GLOBAL TimeZone = 'UTC'`)
  await connection.run('SET lock_configuration = true')
  connection.closeSync()
  return engine
}

async function answer(request: WorkerRequest & { kind: 'query' }): Promise<void> {
  const { id } = request
  try {
    const connection = await (await opening).connect()
    running.set(id, connection)
    try {
      if (canceled.has(id)) throw new Error('INTERRUPT Error: canceled')
      const reader = await connection.runAndReadAll(request.sql, [...request.parameters])
      const rows = reader.getRowsJS().map((row) => row.map(plain))
      send({ kind: 'rows', id, columns: reader.deduplicatedColumnNames(), rows })
    } finally {
      connection.closeSync()
    }
  } catch (error) {
    send({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) })
  } finally {
    running.delete(id)
    canceled.delete(id)
  }
}

function cancel(id: number): void {
  canceled.add(id)
  running.get(id)?.interrupt()
}

function send(message: WorkerAnswer): void {
  parentPort?.postMessage(message)
}

/** Numbers instead of bigints and dates; what would lose digits becomes text. */
function plain(value: JS): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value.toString()
  }
  if (value instanceof Date) return value.getTime()
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map(plain)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]))
}
