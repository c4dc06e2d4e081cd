import { lookup as resolveName } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { inferenceErrors } from '../../inference/index.ts'

/**
 * Which hosts may be called. Whoever may register a model names a URL that this server then calls, so: with a list
 * (`serving.remoteHosts`) only the hosts on it; without one any host but the addresses at which clouds hand credentials to
 * the machine, checked after the name was resolved, and never with a secret.
 */
export interface HostRules {
  /** `triton`, `triton:8000` or `*.models.example`; absent: see above. */
  readonly allowedHosts?: readonly string[] | undefined
}

const metadataServices = new BlockList()
metadataServices.addSubnet('169.254.0.0', 16, 'ipv4')
metadataServices.addAddress('100.100.100.200', 'ipv4')
metadataServices.addSubnet('fe80::', 10, 'ipv6')
metadataServices.addAddress('fd00:ec2::254', 'ipv6')

const listIt = 'Add the host to the setting serving.remoteHosts.'

/** Throws `inference_remote_forbidden`. Answers how names are resolved for a connection. */
export function checkHost({
  url,
  secret,
  allowedHosts,
}: HostRules & { readonly url: string; readonly secret?: string | undefined }): LookupFunction | undefined {
  const { hostname, host } = new URL(url)
  const refuse = (problem: string) => inferenceErrors.inference_remote_forbidden({ host, problem, fix: listIt })
  if (allowedHosts !== undefined) {
    if (allowedHosts.some((allowed) => isCovered({ hostname, host }, allowed))) return undefined
    throw refuse('serving.remoteHosts does not name it.')
  }
  if (secret !== undefined) throw refuse('a secret is sent only to hosts that serving.remoteHosts names.')
  const address = hostname.replace(/^\[|\]$/g, '')
  if (isMetadataService(address)) throw refuse('the address belongs to the machine itself.')
  return guardedLookup
}

function isCovered({ hostname, host }: { readonly hostname: string; readonly host: string }, allowed: string): boolean {
  const wanted = allowed.toLowerCase()
  if (wanted.startsWith('*.')) return hostname.endsWith(wanted.slice(1))
  return wanted === hostname || wanted === host
}

function isMetadataService(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && metadataServices.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/** The name is resolved once, for the check and for the connection: another answer cannot come in between. */
const guardedLookup: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '')
    const found = addresses.filter(({ address }) => !isMetadataService(address))
    const [first] = found
    if (first === undefined) return callback(new Error(`${hostname} is an address of the machine itself`), '')
    if (options.all === true) callback(null, found)
    else callback(null, first.address, first.family)
  })
}
