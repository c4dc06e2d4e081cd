import type { FastifyReply, FastifyRequest } from 'fastify'
import { kernelErrors } from '../../kernel/errors.ts'
import { type ListedRoute, nearRoutes } from './near-routes.ts'
import { pathOf } from './query.ts'
import type { StaticFiles } from './static-files.ts'

/**
 * What no route answered: a file of the web application, its index page for a browser that asks for a page, else
 * `route_not_found` with the nearest routes.
 */
export function createFallback(files: StaticFiles, routes: readonly ListedRoute[]) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const path = pathOf(request.url)
    if (request.method === 'GET' || request.method === 'HEAD') {
      const found = (await files.find(path, request.headers)) ?? (await page(files, path, request))
      if (found !== undefined) {
        reply.code(found.status ?? 200).headers(found.headers ?? {})
        return reply.send(found.body)
      }
    }
    const near = nearRoutes(request.method, path, routes)
    const hint = near.length === 0 ? undefined : `Did you mean ${near.join(' or ')}? Every route: /docs`
    throw kernelErrors.route_not_found({ method: request.method, path }, hint === undefined ? {} : { hint })
  }
}

async function page(files: StaticFiles, path: string, request: FastifyRequest) {
  const wantsPage = String(request.headers.accept ?? '').includes('text/html')
  if (!wantsPage || path.startsWith('/v1/') || path.startsWith('/api/')) return undefined
  const index = await files.find('/index.html', request.headers)
  if (index !== undefined || path !== '/') return index
  // Not built: the reference is the page there is.
  return { status: 302, headers: { location: '/docs' }, body: '' }
}
