import { kernelErrors } from '../../kernel/errors.ts'
import type { RawResponse } from '../../kernel/route.ts'
import { pathOf } from '../../platform/http/index.ts'
import type { HttpRequest } from './http-request.ts'
import { type ListedRoute, nearRoutes } from './near-routes.ts'
import type { StaticFiles } from './static-files.ts'

/**
 * What no route answered: a file of the web application, its index page for a browser that asks for a page, else
 * `route_not_found` with the nearest routes.
 */
export function createFallback(files: StaticFiles, routes: readonly ListedRoute[]) {
  return async (request: HttpRequest): Promise<RawResponse> => {
    const path = pathOf(request.url)
    if (request.method === 'GET' || request.method === 'HEAD') {
      const found = (await files.find(path, request.headers)) ?? (await page(files, path, request))
      if (found !== undefined) return found
    }
    const near = nearRoutes(request.method, path, routes)
    const hint = near.length === 0 ? undefined : `Did you mean ${near.join(' or ')}? Every route: /docs`
    throw kernelErrors.route_not_found({ method: request.method, path }, hint === undefined ? {} : { hint })
  }
}

async function page(files: StaticFiles, path: string, { headers }: HttpRequest): Promise<RawResponse | undefined> {
  const wantsPage = String(headers.accept ?? '').includes('text/html')
  if (!wantsPage || path.startsWith('/v1/') || path.startsWith('/api/')) return undefined
  const index = await files.find('/index.html', headers)
  if (index !== undefined || path !== '/') return index
  // Not built: the reference is the page there is.
  return { status: 302, headers: { location: '/docs' }, body: '' }
}
