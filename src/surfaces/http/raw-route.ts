import { runAs } from '../../kernel/actor.ts'
import { collectionOf } from '../../kernel/operation.ts'
import type { RawRoute } from '../../kernel/route.ts'
import type { Access } from '../../platform/auth/index.ts'
import type { MountedRoute } from './mounted-routes.ts'
import { requireRight } from './require-right.ts'
import { refuseAbsolute } from './safe-path.ts'

const defaultLimitBytes = 64 * 1024 * 1024

/** A raw route of whatever body kind. */
export function rawRoute(raw: RawRoute, access: Access): MountedRoute {
  const rest = restName(raw.path)
  const permission = raw.allow
  return {
    method: raw.method,
    path: raw.path,
    allow: permission,
    body: raw.body,
    limitBytes: raw.limitBytes ?? (raw.body === 'stream' ? Number.MAX_SAFE_INTEGER : defaultLimitBytes),
    refusal: raw.refusal,
    answer: async (request) => {
      if (rest !== undefined) refuseAbsolute(request.params[rest] ?? '', request.url)
      if (permission !== 'public') {
        const subjects = () => raw.subject?.(request) ?? [collectionOf(permission)]
        await requireRight(access, request.principal, { permission, subjects })
      }
      const response = await runAs(request.principal, () => raw.run(request))
      if (response.headers?.['content-type']?.startsWith('text/event-stream') === true) request.endWithDrain()
      return response
    },
  }
}

/** Name of the `{path*}` parameter, when the route ends in one. */
function restName(path: string): string | undefined {
  return /\{(\w+)\*\}$/.exec(path)?.[1]
}
