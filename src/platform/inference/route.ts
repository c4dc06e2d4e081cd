import { pickVariant, type SplitOf, splitHash } from './split.ts'

/**
 * Which variant answers a request: the one router of every protocol, pure. First the version a client pinned, then the
 * rules in their order, then the sticky split by weight.
 */
export interface Routing {
  /** Header whose value keeps a caller on one variant, beside `slipway-route-key`: `x-user-id`. */
  readonly keyHeader?: string | undefined
  /** The first rule that fits wins; a rule that names a variant which is not live is passed over. */
  readonly rules: readonly RoutingRule[]
}

/** Requests that bring this header (or metadata entry) with this value go to this variant: `x-beta: yes` to `b`. */
export interface RoutingRule {
  readonly header: string
  readonly value: string
  readonly variant: string
}

/** Headers of HTTP, metadata of gRPC: names in lower case. */
export type RequestMetadata = Readonly<Record<string, string | readonly string[] | undefined>>

export interface Routable {
  /** The prediction's own id: the key of a request that brings none. */
  readonly id: string
  /** The key as a parameter of the protocol; goes before the headers. */
  readonly routeKey?: string | undefined
  readonly metadata?: RequestMetadata | undefined
  /** A live version, past rules and split. */
  readonly version?: string | undefined
}

export interface Route<Variant> {
  readonly variant: Variant
  /**
   * Where the key fell, when chance chose between variants: equal for all requests of one key. Null when a rule, a pinned
   * version or the only variant decided: such requests say nothing in a comparison of variants.
   */
  readonly unit: number | null
}

/** Header whose value keeps a caller on one variant. */
export const routeKeyHeader = 'slipway-route-key'

interface Target<Variant> extends SplitOf<Variant> {
  readonly routing?: Routing | undefined
}

/** Undefined when nothing is deployed, or not the pinned version. */
export function routeRequest<
  Variant extends { readonly name: string; readonly weight: number; readonly version: string },
>(target: Target<Variant>, request: Routable): Route<Variant> | undefined {
  const { salt, variants, routing } = target
  const chosen =
    request.version === undefined
      ? variantByRule(variants, routing, request.metadata)
      : variants.find((variant) => variant.version === request.version)
  if (chosen !== undefined) return { variant: chosen, unit: null }
  const [only, second] = variants
  if (only === undefined || request.version !== undefined) return undefined
  if (second === undefined) return { variant: only, unit: null }
  const key = keyOf(request, routing)
  return { variant: pickVariant(target, key) ?? only, unit: splitHash(salt, key) }
}

function variantByRule<Variant extends { readonly name: string }>(
  variants: readonly Variant[],
  routing: Routing | undefined,
  metadata: RequestMetadata | undefined,
): Variant | undefined {
  if (routing === undefined || metadata === undefined) return undefined
  for (const { header, value, variant } of routing.rules) {
    if (entryOf(metadata, header) !== value) continue
    const live = variants.find((candidate) => candidate.name === variant)
    if (live !== undefined) return live
  }
  return undefined
}

function keyOf({ id, routeKey, metadata = {} }: Routable, routing: Routing | undefined): string {
  const own = routing?.keyHeader === undefined ? undefined : entryOf(metadata, routing.keyHeader)
  return routeKey ?? own ?? entryOf(metadata, routeKeyHeader) ?? id
}

function entryOf(metadata: RequestMetadata, header: string): string | undefined {
  const value = metadata[header]
  return typeof value === 'object' ? value[0] : value
}
