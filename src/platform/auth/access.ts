import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { local, type Principal } from '../../kernel/actor.ts'
import { kernelErrors } from '../../kernel/errors.ts'
import { authErrors } from './auth.ts'
import { createOriginGuard } from './origin-guard.ts'

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
   * The caller; throws `unauthenticated` or `token_wrong`. A request with a `method` that only reads may carry the token as
   * the cookie that our own pages set, because a browser sends nothing else with a download or an image.
   */
  authenticate(headers: RequestHeaders, method?: string): Principal
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
    tokens: [
      { digest: sha256(token).toString('hex'), principal: { id: 'token', kind: 'token' } },
      { digest: sha256(childToken(token)).toString('hex'), principal: { id: 'system', kind: 'system' } },
    ],
  }
}

/**
 * The token of the server's own children (pipeline steps): derived, so that it stays the same over a restart while workers
 * and steps live on, and so that a step that leaks it does not leak the operator's.
 */
export function childToken(token: string): string {
  return createHmac('sha256', token).update('slipway child process').digest('base64url')
}

export function createAccess(rules: AccessRules): Access {
  const known = rules.tokens.map(({ digest, principal }) => ({ digest: Buffer.from(digest, 'hex'), principal }))
  return {
    guard: createOriginGuard({ ...rules, hasToken: known.length > 0 }),
    authenticate: (headers, method) => {
      if (known.length === 0) return local
      const isReading = method === 'GET' || method === 'HEAD'
      const given = tokenOf(headers.authorization) ?? (isReading ? tokenOfCookie(headers) : undefined)
      if (given === undefined) throw kernelErrors.unauthenticated()
      const digest = sha256(given)
      // Every token is compared, so the time taken does not tell which one was close.
      const [match] = known.filter((candidate) => timingSafeEqual(candidate.digest, digest))
      if (match === undefined) throw authErrors.token_wrong()
      return match.principal
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

// Equal lengths are what timingSafeEqual needs; hashing gives them without telling the token's length.
function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
