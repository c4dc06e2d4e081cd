import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { webhookErrors } from './model.ts'

/**
 * Where a webhook may point. The URL is judged when it is written, and every address its name resolves to again when the
 * connection is made, because a name may lead elsewhere by then. Redirects are never followed.
 */
export interface UrlRules {
  readonly allowHttp: boolean
  readonly allowPrivate: boolean
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Not reachable from the open internet, or hiding such an address within another (RFC 6890, RFC 4291, RFC 6052). */
const unroutable = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  unroutable.addSubnet(network, prefix, 'ipv4')
}
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['100::', 64],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  unroutable.addSubnet(network, prefix, 'ipv6')
}

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
const isLoopback = (address: string) => loopback.check(address, family(address))

/** The name of this machine itself, written so that nobody can take it for another. */
function isOwnHost(host: string): boolean {
  return host === 'localhost' || (isIP(host) !== 0 && isLoopback(host))
}

function mayConnect(host: string, address: string, rules: UrlRules): boolean {
  if (isOwnHost(host)) return isLoopback(address)
  return rules.allowPrivate || !unroutable.check(address, family(address))
}

const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, '')

/** Throws `webhook_url_refused`, which says what is wrong. */
export function checkUrl(text: string, rules: UrlRules): URL {
  const refuse = (problem: string) => {
    // A password in the URL must not come back in an error or a log.
    return webhookErrors.webhook_url_refused({ url: text.replace(/\/\/[^/@]*@/, '//…@').slice(0, 200), problem })
  }
  if (!URL.canParse(text)) throw refuse('it is not a URL')
  const url = new URL(text)
  const host = hostOf(url)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse('only https: and http: are')
  if (url.username !== '' || url.password !== '')
    throw refuse('it holds a user or password; sign with a secret instead')
  if (url.protocol === 'http:' && !isOwnHost(host) && !rules.allowHttp) {
    throw refuse('http: is only for this machine; use https:, or set webhooks.allowHttp')
  }
  if (isIP(host) !== 0 && !mayConnect(host, host, rules)) {
    throw refuse('the address is in a private network; set webhooks.allowPrivate')
  }
  return url
}

/** Resolves a name for a connection and refuses it when any of its addresses is not allowed. */
export function guardedLookup(rules: UrlRules): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '')
      const refused = addresses.find(({ address }) => !mayConnect(host, address, rules))
      if (refused !== undefined) return callback(new Error(`${host} is ${refused.address}, a private address`), '')
      if (options.all) return callback(null, addresses)
      const [first] = addresses
      callback(null, first?.address ?? '', first?.family)
    })
  }
}
