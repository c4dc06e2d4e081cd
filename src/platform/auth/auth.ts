import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { configKey, flagBoolean } from '../../kernel/config.ts'
import { defineErrors, kernelErrors } from '../../kernel/errors.ts'
import type { Principal } from '../../kernel/operation.ts'
import { isLoopbackHost } from './loopback.ts'

export const authConfig = {
  'auth.token': configKey(
    z.string().min(8, 'a token has at least 8 characters').optional(),
    'Every request must carry this token, as "Authorization: Bearer <token>" or as the password of HTTP Basic. Without it anyone who reaches the port may do anything.',
    { secret: true },
  ),
  insecure: configKey(
    flagBoolean.default(false),
    'Start without a token although other machines can reach the server.',
  ),
}

export const authErrors = defineErrors({
  token_wrong: ['unauthenticated', 'The token is not the one of this server.', 'Compare it with auth.token.'],
  insecure_host: [
    'invalid',
    'Refusing to listen on {host} without a token: other machines could reach this server.',
    'Set SLIPWAY_AUTH_TOKEN, or listen on 127.0.0.1, or pass --insecure if the network is trusted.',
  ],
})

type Headers = Readonly<Record<string, string | string[] | undefined>>

/** The caller of a request; throws `unauthenticated` or `token_wrong`. */
export type Authenticate = (headers: Headers) => Principal

export interface AuthToken {
  readonly token: string
  readonly principal: Principal
}

const local: Principal = { id: 'local', kind: 'local' }

/** With no tokens everyone is `local`. Several tokens: the operator's, and the one the server gives its own children. */
export function createAuthenticate(tokens: readonly AuthToken[]): Authenticate {
  if (tokens.length === 0) return () => local
  const known = tokens.map(({ token, principal }) => ({ digest: sha256(token), principal }))
  return (headers) => {
    const given = tokenOf(headers.authorization)
    if (given === undefined) throw kernelErrors.unauthenticated()
    const digest = sha256(given)
    // Every token is compared, so the time taken does not tell which one was close.
    const matches = known.filter((candidate) => timingSafeEqual(candidate.digest, digest))
    const match = matches[0]
    if (match === undefined) throw authErrors.token_wrong()
    return match.principal
  }
}

/** Throws `insecure_host` when the server would be open to other machines without a token. */
export function requireSafeStart(options: { host: string; token: string | undefined; insecure: boolean }): void {
  if (options.token !== undefined || options.insecure || isLoopbackHost(options.host)) return
  throw authErrors.insecure_host({ host: options.host })
}

function tokenOf(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined
  const [, scheme = '', value = ''] = /^(\w+) +(.+)$/.exec(header.trim()) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return undefined
  const pair = Buffer.from(value, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}

// Equal lengths are what timingSafeEqual needs; hashing gives them without telling the token's length.
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
