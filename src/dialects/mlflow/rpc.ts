import type { HttpMethod, Permission } from '../../kernel/operation.ts'
import type { RawRequest, RawResponse, RawRoute } from '../../kernel/route.ts'
import type { Registry } from '../../modules/registry/index.ts'
import type { Tracking } from '../../modules/tracking/index.ts'
import type { Webhooks } from '../../modules/webhooks/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type { Directory } from './directory.ts'
import { Fields } from './fields.ts'
import { errorResponse, isExpected } from './wire-error.ts'

/** What every route of this dialect works with. */
export interface Mlflow {
  readonly tracking: Tracking
  readonly registry: Registry
  readonly webhooks: Webhooks
  readonly platform: Platform
  readonly directory: Directory
}

/** One remote procedure: where it is, who may call it, and the answer as a message. */
export interface Rpc {
  readonly methods: readonly HttpMethod[]
  /** Below `/api/2.0/` and `/ajax-api/2.0/`. */
  readonly path: string
  readonly version: '2.0' | '3.0'
  readonly allow: Permission
  /** What the permission is used on; absent: everything that it names. */
  readonly subject?: (fields: Fields) => string | readonly string[]
  readonly run: (mlflow: Mlflow, fields: Fields, request: RawRequest) => Promise<object>
}

type RpcOptions = Pick<Rpc, 'allow' | 'subject' | 'run'> & { readonly version?: '3.0' }

/** `rpc('POST mlflow/runs/create', { allow: 'runs:write', run: … })`; several methods as `GET|POST`. */
export function rpc(route: string, options: RpcOptions): Rpc {
  const [methods = '', path = ''] = route.split(' ')
  return { methods: methods.split('|') as HttpMethod[], path, version: '2.0', ...options }
}

/** The procedure under both prefixes: clients call `/api`, the web pages of this protocol `/ajax-api`. */
export function toRawRoutes(mlflow: Mlflow, { methods, path, version, allow, subject, run }: Rpc): RawRoute[] {
  return ['api', 'ajax-api'].flatMap((prefix) =>
    methods.map((method): RawRoute => {
      const raw = { method, path: `/${prefix}/${version}/${path}`, summary: `MLflow: ${path}`, allow }
      const about = subject === undefined ? {} : { subject: (request: RawRequest) => subjectsIn(request, subject) }
      return {
        ...raw,
        ...about,
        body: method === 'GET' ? 'none' : 'bytes',
        run: answer(mlflow, async (request) => ({ body: await run(mlflow, Fields.of(request), request) })),
      }
    }),
  )
}

/** None where the request cannot be read: then it is about everything. */
function subjectsIn(request: RawRequest, subject: NonNullable<Rpc['subject']>): readonly string[] {
  try {
    const told = subject(Fields.of(request))
    return typeof told === 'string' ? [told] : told
  } catch {
    return []
  }
}

/** Wraps a handler so that whatever it throws is answered in this protocol's form. */
export function answer(
  mlflow: Mlflow,
  run: (request: RawRequest) => Promise<RawResponse>,
): (request: RawRequest) => Promise<RawResponse> {
  return async (request) => {
    try {
      return await run(request)
    } catch (thrown) {
      // A caller that went away reads no answer and is nobody's fault.
      if (!isExpected(thrown) && !request.signal.aborted) {
        mlflow.platform.log.error('mlflow.request.failed', {
          url: request.url,
          requestId: request.requestId,
          error: thrown,
        })
      }
      return errorResponse(thrown, request.requestId)
    }
  }
}
