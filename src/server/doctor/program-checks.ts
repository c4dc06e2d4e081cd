import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, ok } from './check.ts'

const oldestNode = 24

export const runtime: Check = {
  name: 'node',
  run: async () => {
    const { node } = process.versions
    if (Number.parseInt(node, 10) >= oldestNode) return ok(`${node} at ${process.execPath}`)
    return { state: 'failed', detail: `${node} is too old`, advice: `Install Node ${oldestNode} or newer.` }
  },
}

/** What is loaded on first use only would otherwise be missed in the middle of work. */
export const parts: Check = {
  name: 'packages',
  run: async () => {
    const needed = ['kysely', 'pg', '@duckdb/node-api', 'onnxruntime-node', '@aws-sdk/client-s3', 'yaml']
    const missing = needed.filter((name) => !canResolve(name))
    if (missing.length === 0) return ok(`${needed.length} found`)
    const advice = missing.every((name) => name === 'onnxruntime-node')
      ? 'npm install onnxruntime-node --ignore-scripts'
      : 'Install the package again.'
    return { state: 'failed', detail: `missing: ${missing.join(', ')}`, advice }
  },
}

export const webUi: Check = {
  name: 'web UI',
  run: async ({ packageDir }) => {
    const path = join(packageDir, 'dist', 'ui', 'index.html')
    if (existsSync(path)) return ok(path)
    return {
      state: 'warning',
      detail: 'not built: the server answers without its pages',
      advice: 'Run "npm run build:ui".',
    }
  },
}

function canResolve(name: string): boolean {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}
