/**
 * Builds the program into dist/, beside the web UI that set-up built there.
 *
 * The server, the CLI and the libraries that every start needs become a few files, which start in half the time and two
 * thirds of the memory of a thousand (docs/decisions/006-the-built-program.md). The SDK stays separate files, with their
 * types: it is read, and loaded by processes that need little of it.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'

const source = join(import.meta.dirname, '..', 'src')

/** Files that Node is started with, or that a worker thread is; each keeps its place below dist/. */
const entries = [
  'main',
  'worker',
  'function-host',
  'platform/analytics/worker',
  'platform/blobs/hash-worker',
  'platform/process/spawner',
  'modules/monitoring/statistics-worker',
]

/** Has native code, or is loaded only by those who use it, or by nobody: stays a package. */
const external = [/^@duckdb\//, /^onnxruntime/, /^@aws-sdk\//, /^pg$/]

/** The built file that stands for a source file, as a URL: every built chunk lies in dist/ itself. */
const originalPlace: Plugin = {
  name: 'original-place',
  transform(code, id) {
    const place = relative(source, id)
    if (place.startsWith('..') || entries.includes(place.replace(/\.ts$/, ''))) return null
    if (!/import\.meta\.(url|filename)/.test(code)) return null
    const url = `new URL(${JSON.stringify(`./${place.replace(/\.ts$/, '.js')}`)}, import.meta.url)`
    return code
      .replaceAll('import.meta.url', `${url}.href`)
      .replaceAll('import.meta.filename', `decodeURIComponent(${url}.pathname)`)
  },
}

/**
 * Node's own modules are taken without their ES facade: making the facade of node:http reads every export of it, which
 * loads the whole of fetch and WebSocket, some 30 ms that a server never needs.
 */
const builtins: Plugin = {
  name: 'builtins',
  // The bundler's own runtime imports node:module.
  resolveId: (id) => (isBuiltin(id) && !id.endsWith('module') ? `\0node:${id.replace(/^node:/, '')}` : null),
  load: (id) => {
    if (!id.startsWith('\0node:')) return null
    const name = id.slice(1)
    const taken = `process.getBuiltinModule(${JSON.stringify(name)})`
    return atFirstUse.has(name) ? lazyExports(name, taken) : `module.exports = ${taken}`
  },
}

/** What comes with TLS: 20 ms, for what most servers never speak. */
const atFirstUse = new Set(['node:http2', 'node:https'])

function lazyExports(name: string, taken: string): string {
  const keys = JSON.stringify(Object.keys(process.getBuiltinModule(name) ?? {}))
  return `for (const key of ${keys}) Object.defineProperty(exports, key, { enumerable: true, get: () => ${taken}[key] })`
}

async function main(): Promise<number> {
  mkdirSync('dist', { recursive: true })
  for (const name of readdirSync('dist')) if (name !== 'ui') rmSync(join('dist', name), { recursive: true })
  const build = await rolldown({
    input: Object.fromEntries(entries.map((entry) => [entry, join(source, `${entry}.ts`)])),
    platform: 'node',
    external,
    plugins: [originalPlace, builtins],
    logLevel: 'silent',
  })
  await build.write({
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    // One character beyond Latin-1 and V8 holds the whole file at two bytes a character; names and lines stay for stack traces.
    comments: false,
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: false, asciiOnly: true } },
    codeSplitting: { groups: [{ name: 'node', test: /^\0node:/ }] },
  })
  await build.close()
  copyPrograms()
  return spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' }).status ?? 1
}

/** What other interpreters run lies beside the place of the source that starts it. */
function copyPrograms(): void {
  for (const path of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.py')) continue
    mkdirSync(dirname(join('dist', path)), { recursive: true })
    copyFileSync(join(source, path), join('dist', path))
  }
}

process.exitCode = await main()
