import type { Principal } from '../../kernel/actor.ts'
import type { Access } from '../../platform/auth/index.ts'
import type { Drain } from './drain.ts'

/** What mounting needs beside the routes themselves. */
export interface HttpContext {
  readonly drain: Drain
  readonly bodyLimitBytes: number
  /** Compare every answer with its declared schema. */
  readonly checkOutput: boolean
  readonly access: Access
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal
  }
}
