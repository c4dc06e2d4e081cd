import { timingSafeEqual } from 'node:crypto'
import { local, type Principal } from '../../kernel/actor.ts'
import { kernelErrors } from '../../kernel/errors.ts'
import { authErrors } from './auth.ts'
import { type AdmittedChildren, runTokenPrefix } from './children.ts'
import { createMayDo, type MayDo } from './may-do.ts'
import { createOriginGuard } from './origin-guard.ts'
import { sha256 } from './token-digest.ts'

/**
 * Who may do what they ask, as plain data: the control plane writes it where the workers of the data plane read it.
 * Tokens are in it as SHA-256 digests only, so a file that holds it gives nobody a token.
 */
export interface AccessRules {
  /** The host the server listens on. */
  readonly host: string
  /** More names it answers to, without port. */
  readonly allowedHosts: readonly string[]
  /** Hex SHA-256 of each token, with who it stands for; none: everyone is `local`. */
  readonly tokens: readonly { readonly digest: string; readonly principal: Principal }[]
}

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>

export interface Access {
  /** Throws `forbidden_host` or `forbidden_origin`. Runs before anything else looks at a request. */
  guard(method: string, headers: RequestHeaders): void
  /**
   * The caller; throws `unauthenticated`, `token_wrong` or `run_token_ended`. A request with a `method` that only reads may carry the token as
   * the cookie that our own pages set, because a browser sends nothing else with a download or an image.
   */
  authenticate(headers: RequestHeaders, method?: string): Principal
  readonly mayDo: MayDo
}

export function accessRules(given: {
  host: string
  allowedHosts: readonly string[]
  token: string | undefined
}): AccessRules {
  const { host, allowedHosts, token } = given
  if (token === undefined) return { host, allowedHosts, tokens: [] }
  return {
    host,
    allowedHosts,
    tokens: [{ digest: sha256(token).toString('hex'), principal: { id: 'token', kind: 'token' } }],
  }
}

/** `children` is what the control plane knows of the processes it started; the workers know none and let none in. */
export function createAccess(rules: AccessRules, children?: AdmittedChildren): Access {
  const known = rules.tokens.map(({ digest, principal }) => ({ digest: Buffer.from(digest, 'hex'), principal }))
  return {
    guard: createOriginGuard({ ...rules, hasToken: known.length > 0 }),
    mayDo: createMayDo(children),
    authenticate: (headers, method) => {
      if (known.length === 0) return local
      const isReading = method === 'GET' || method === 'HEAD'
      const given = tokenOf(headers.authorization) ?? (isReading ? tokenOfCookie(headers) : undefined)
      if (given === undefined) throw kernelErrors.unauthenticated()
      const digest = sha256(given)
      // Every token is compared, so the time taken does not tell which one was close.
      const [match] = known.filter((candidate) => timingSafeEqual(candidate.digest, digest))
      if (match !== undefined) return match.principal
      if (!given.startsWith(runTokenPrefix)) throw authErrors.token_wrong()
      const child = children?.findByToken(given)
      if (child === undefined) throw authErrors.run_token_ended()
      return child
    },
  }
}

function tokenOf(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined
  const [, scheme = '', value = ''] = /^(\w+) +(.+)$/.exec(header.trim()) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  const pair = Buffer.from(value, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}

/** Cookies are kept by host, whatever the port, so the cookie's name has the port: `slipway-token-5000`. */
function tokenOfCookie({ host, cookie }: RequestHeaders): string | undefined {
  if (typeof cookie !== 'string' || typeof host !== 'string') return undefined
  const name = `slipway-token-${/:(\d+)$/.exec(host)?.[1] ?? ''}`
  const [, value] =
    cookie
      .split(/; */)
      .map((pair) => pair.split('='))
      .find(([key]) => key === name) ?? []
  try {
    return value === undefined ? undefined : decodeURIComponent(value)
  } catch {
    return undefined
  }
}
