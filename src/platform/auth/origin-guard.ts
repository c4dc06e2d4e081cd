import { defineErrors, kernelErrors } from '../../kernel/errors.ts'
import { isLoopbackHost } from './loopback.ts'

export interface OriginGuardOptions {
  /** The host the server listens on. */
  readonly host: string
  /** More names it answers to (`http.allowedHosts`), without port. */
  readonly allowedHosts: readonly string[]
  readonly hasToken: boolean
}

/** Throws `forbidden_host` or `forbidden_origin`. Runs before anything else looks at a request. */
export type OriginGuard = (method: string, headers: Readonly<Record<string, string | string[] | undefined>>) => void

export const originErrors = defineErrors({
  forbidden_origin: [
    'forbidden',
    'A page of {origin} may not change anything here.',
    'Call the server from its own pages, or add the host to http.allowedHosts.',
  ],
})

/**
 * Two attacks by web pages on servers that trust their network:
 * DNS rebinding (a foreign name that resolves to 127.0.0.1) is stopped by the Host header on loopback servers without a
 * token; cross-site requests that change something are stopped by the Origin header, on every server, because browsers
 * attach Basic credentials to them by themselves.
 */
export function createOriginGuard(options: OriginGuardOptions): OriginGuard {
  const allowed = new Set([options.host, ...options.allowedHosts].map((host) => host.toLowerCase()))
  const isKnown = (host: string) => isLoopbackHost(host) || allowed.has(host)
  const checksHost = !options.hasToken && isLoopbackHost(options.host)
  return (method, headers) => {
    const hostHeader = single(headers.host)
    if (checksHost && hostHeader !== undefined && !isKnown(hostName(hostHeader)))
      throw kernelErrors.forbidden_host({ host: hostHeader })
    const origin = single(headers.origin)
    if (origin === undefined || method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
    if (!isSameHost(origin, hostHeader) && !allowed.has(originName(origin)))
      throw originErrors.forbidden_origin({ origin })
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

/** `[::1]:5000` -> `[::1]`, `localhost:5000` -> `localhost`. */
function hostName(header: string): string {
  return header.toLowerCase().replace(/:\d+$/, '')
}

function isSameHost(origin: string, hostHeader: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === hostHeader?.toLowerCase()
}

function originName(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : origin
}
