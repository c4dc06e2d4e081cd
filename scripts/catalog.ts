/** Everything Slipway offers, as data: what the generators of the SDK, the CLI's manifest and the reference read. */
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { dialects, doors, modules } from '../src/app.ts'
import { resolveConfig } from '../src/kernel/config.ts'
import type { Operation } from '../src/kernel/operation.ts'
import { boot } from '../src/server/boot.ts'
import { allSettings, assembleConfig } from '../src/server/settings.ts'
import { type Description, describe, nameSchemas, type RouteDescription } from '../src/surfaces/describe/index.ts'

const root = resolve(import.meta.dirname, '..')

export async function describeAll(): Promise<Description> {
  await loadErrors()
  const operations = modules.flatMap((module) =>
    module.operations.map((operation) => ({ module: module.name, operation: operation as Operation })),
  )
  const names = nameSchemas(doors)
  return describe({ operations, routes: await rawRoutes(), names, settings: allSettings(modules), modules })
}

/** Codes are declared when their file loads, and nothing imports all of them. */
async function loadErrors(): Promise<void> {
  const files = globSync('src/*/**/*.ts', { cwd: root, exclude: ['src/testing/**', 'src/ui/**'] })
  for (const file of files.filter((path) => !path.endsWith('.test.ts'))) {
    if (readFileSync(join(root, file), 'utf8').includes('= defineErrors({')) await import(join(root, file))
  }
}

/** Routes are made with the services they call, so a server must exist to list them. */
async function rawRoutes(): Promise<RouteDescription[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'slipway-catalog-'))
  const values = { port: 0, dataDir, 'log.level': 'silent' }
  const settings = assembleConfig(modules, (schema) =>
    resolveConfig(schema, { flags: {}, environment: {}, file: { path: 'catalog', values } }),
  )
  const server = await boot({ ...settings, modules, dialects, doors, version: '0', uiDir: dataDir })
  const answer = await fetch(`${server.url}/openapi.json`)
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, ListedRoute>> }
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
  const routes = Object.values(paths).flatMap((methods) => Object.values(methods).filter((item) => 'x-body' in item))
  return routes.map((item) => {
    const [method = '', path = ''] = item.operationId.split(' ')
    return {
      method: method.toUpperCase(),
      path,
      summary: item.summary,
      allow: item['x-permission'],
      body: item['x-body'],
    }
  })
}

/** A raw route in the server's OpenAPI document. */
interface ListedRoute {
  readonly operationId: string
  readonly summary: string
  readonly 'x-permission': string
  readonly 'x-body': RouteDescription['body']
}
