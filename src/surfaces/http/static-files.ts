import { hash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { RawResponse } from '../../kernel/route.ts'

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
}

const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/** The built web application, served from memory: a few files, looked up by name, so no path can climb anywhere. */
export interface StaticFiles {
  /** The file at a URL path, in the best encoding that was built beside it; undefined when there is none. */
  find(path: string, headers: Readonly<Record<string, string | string[] | undefined>>): Promise<RawResponse | undefined>
}

/** One state of the folder. A new build has a new index.html and takes its place. */
interface Build {
  readonly stamp: number
  readonly names: ReadonlySet<string>
  readonly loaded: Map<string, LoadedFile>
}

interface LoadedFile {
  readonly body: Buffer
  readonly etag: string
}

export async function openStaticFiles(folder: string): Promise<StaticFiles> {
  let build = await scan(folder)
  return {
    find: async (path, headers) => {
      const name = path.replace(/^\/(ui\/)?/, '')
      // Pages are asked for rarely; everything else they name has its content in its name.
      if (name.endsWith('.html') && (await stampOf(folder)) !== build.stamp) build = await scan(folder)
      if (!build.names.has(name)) return undefined
      const { names } = build
      const accepted = String(headers['accept-encoding'] ?? '')
      const encoding = encodings.find(([token, suffix]) => accepted.includes(token) && names.has(name + suffix))
      const { body, etag } = await load(folder, name + (encoding?.[1] ?? ''), build)
      const shared = { ...cacheHeaders(name), etag, vary: 'accept-encoding' }
      if (headers['if-none-match'] === etag) return { status: 304, headers: shared }
      return {
        headers: {
          ...shared,
          'content-type': contentTypes[extname(name)] ?? 'application/octet-stream',
          'x-content-type-options': 'nosniff',
          // A page of another site must not show ours in a frame and have people click in it.
          ...(name.endsWith('.html') ? { 'x-frame-options': 'DENY' } : {}),
          ...(encoding === undefined ? {} : { 'content-encoding': encoding[0] }),
        },
        body,
      }
    },
  }
}

async function scan(folder: string): Promise<Build> {
  return { stamp: await stampOf(folder), names: new Set(await listFiles(folder)), loaded: new Map() }
}

/** When index.html was written; 0 when there is none. */
async function stampOf(folder: string): Promise<number> {
  const found = await stat(join(folder, 'index.html')).catch(() => undefined)
  return found?.mtimeMs ?? 0
}

async function load(folder: string, name: string, build: Build): Promise<LoadedFile> {
  const known = build.loaded.get(name)
  if (known !== undefined) return known
  const body = await readFile(join(folder, name))
  const etag = `"${hash('sha256', body, 'base64url').slice(0, 22)}"`
  build.loaded.set(name, { body, etag })
  return { body, etag }
}

/** Names with a content hash (`index-B3xk9_2a.js`) never change their content. */
function cacheHeaders(name: string): Record<string, string> {
  const isHashed = /[-.][\w-]{8,}\.(js|css|woff2|svg|png|wasm)$/.test(name) && name.startsWith('assets/')
  return { 'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache' }
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
  } catch (error) {
    // Not built: the server works without its pages and says where the reference is.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
