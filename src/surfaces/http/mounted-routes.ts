import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Permission } from '../../kernel/operation.ts'
import type { RawRoute } from '../../kernel/route.ts'
import { createRouter, type Match } from './router.ts'

/** A route as this surface serves it. */
export interface MountedRoute {
  readonly allow: Permission | 'public'
  /** Largest body. */
  readonly limitBytes: number
  /** As in RawRoute. */
  readonly refusal?: RawRoute['refusal']
  readonly answer: (request: FastifyRequest, reply: FastifyReply, params: Params) => Promise<unknown>
}

export type Params = Readonly<Record<string, string>>

interface Listed {
  readonly method: string
  readonly path: string
  readonly route: MountedRoute
}

/** Where our router and the framework meet. */
export interface MountedRoutes {
  /** Tells the framework the group of the route that a request is for. */
  readonly constraint: Constraint
  /** Serves routes by the body parsers of `scope`, an encapsulated context of the framework. */
  mount(scope: FastifyInstance, routes: readonly Listed[]): void
  /** The route of a request; undefined for what no route answers. */
  of(request: FastifyRequest): MountedRoute | undefined
}

type Constraint = Parameters<FastifyInstance['addConstraintStrategy']>[0]
type Store = ReturnType<Constraint['storage']>
type Handler = Parameters<Store['set']>[1]

/**
 * The framework knows one route for all that share body parsers and a limit, a group; which of ours it is, is found once
 * and kept with the request. So the framework has five routes and not five hundred.
 */
export function createMountedRoutes(): MountedRoutes {
  const router = createRouter<{ readonly route: MountedRoute; readonly group: string }>()
  const matches = new WeakMap<IncomingMessage, Match<{ readonly route: MountedRoute; readonly group: string }>>()
  let scopes = 0
  return {
    constraint: {
      name: 'group',
      storage: createStorage,
      deriveConstraint: (request: IncomingMessage) => {
        const match = router.find(request.method ?? '', request.url ?? '')
        if (match !== undefined) matches.set(request, match)
        return match?.target.group
      },
    },
    mount: (scope, routes) => {
      scopes += 1
      for (const [group, members] of Map.groupBy(routes, (listed) => groupOf(scopes, listed))) {
        for (const { method, path, route } of members) router.add(method, path, { route, group })
        scope.route({
          method: [...new Set(members.map(({ method }) => method))],
          url: '*',
          bodyLimit: members[0]?.route.limitBytes ?? 0,
          constraints: { group },
          handler: (request, reply) => {
            const match = matches.get(request.raw)
            if (match === undefined) throw new Error(`no route of ${group} is known for ${request.url}`)
            return match.target.route.answer(request, reply, match.params)
          },
        })
      }
    },
    of: (request) => matches.get(request.raw)?.target.route,
  }
}

/** HEAD of its own stands apart: the framework takes the body from what it derives from GET. */
function groupOf(scope: number, { method, route }: Listed): string {
  return `${scope} ${route.limitBytes}${method === 'HEAD' ? ' HEAD' : ''}`
}

function createStorage(): Store {
  const handlers = new Map<unknown, Handler>()
  return {
    get: (group) => handlers.get(group) ?? null,
    set: (group, handler) => void handlers.set(group, handler),
  }
}
