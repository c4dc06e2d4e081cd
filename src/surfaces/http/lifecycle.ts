import { kernelErrors } from '../../kernel/errors.ts'
import type { RawRequest, RawRoute } from '../../kernel/route.ts'

export type LifecycleState = 'starting' | 'ready' | 'draining'

/** What the server says about itself; the composition root owns the state. */
export interface Lifecycle {
  readonly state: () => LifecycleState
  /** Facts for `/version`: name, version, node. */
  readonly version: Readonly<Record<string, string>>
  /** What clients of a foreign protocol, known by their headers, read at `/version` instead. */
  readonly foreignVersion?: (headers: RawRequest['headers']) => string | undefined
}

/** `/health`, `/ready` and `/version`: public, and they show no data. */
export function lifecycleRoutes(lifecycle: Lifecycle): RawRoute[] {
  const route = (path: string, summary: string, run: RawRoute['run']): RawRoute => ({
    method: 'GET',
    path,
    summary,
    body: 'none',
    allow: 'public',
    run,
  })
  return [
    route('/health', 'Answers OK while the process lives.', () => ({
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: 'OK',
    })),
    route('/ready', 'Answers 200 when the server takes work, 503 while it starts or drains.', () => {
      const state = lifecycle.state()
      return { status: state === 'ready' ? 200 : 503, headers: { 'cache-control': 'no-store' }, body: { state } }
    }),
    route('/version', 'Name and version of the program.', ({ headers }) => {
      const foreign = lifecycle.foreignVersion?.(headers)
      if (foreign === undefined) return { body: lifecycle.version }
      return { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: foreign }
    }),
  ]
}

/** Nothing but the lifecycle routes answers before the server is ready. */
export function refuseUntilReady(lifecycle: Lifecycle): void {
  if (lifecycle.state() === 'starting') throw kernelErrors.unavailable({ state: 'starting' })
}
