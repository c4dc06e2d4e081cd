import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
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
  /** Whether there is an index.html. */
  hasIndex(): boolean
}

export async function openStaticFiles(folder: string): Promise<StaticFiles> {
  const names = new Set(await listFiles(folder))
  const cache = new Map<string, Promise<Buffer>>()
  const load = (name: string) => {
    const kept = cache.get(name) ?? readFile(join(folder, name))
    cache.set(name, kept)
    return kept
  }
  const nameOf = (path: string) => {
    const name = path.replace(/^\/(ui\/)?/, '')
    return names.has(name) ? name : undefined
  }
  return {
    hasIndex: () => names.has('index.html'),
    find: async (path, headers) => {
      const name = nameOf(path)
      if (name === undefined) return undefined
      const accepted = String(headers['accept-encoding'] ?? '')
      const encoding = encodings.find(([token, suffix]) => accepted.includes(token) && names.has(name + suffix))
      const body = await load(name + (encoding?.[1] ?? ''))
      const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
      const shared = { ...cacheHeaders(name), etag, vary: 'accept-encoding' }
      if (headers['if-none-match'] === etag) return { status: 304, headers: shared }
      return {
        headers: {
          ...shared,
          'content-type': contentTypes[extname(name)] ?? 'application/octet-stream',
          'x-content-type-options': 'nosniff',
          ...(encoding === undefined ? {} : { 'content-encoding': encoding[0] }),
        },
        body,
      }
    },
  }
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
