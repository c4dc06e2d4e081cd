import { nearest } from '../../kernel/nearest.ts'

/** A mounted route as people write it: `GET /v1/models/{model}`. */
export interface ListedRoute {
  readonly method: string
  readonly path: string
}

/** Up to three routes that are equally and most like what was asked for; those of the same method first. */
export function nearRoutes(method: string, path: string, routes: readonly ListedRoute[]): string[] {
  const asked = path.split('/')
  const scored = routes.map((route) => ({ route, score: distance(asked, route.path.split('/')) }))
  const best = Math.min(1, ...scored.map(({ score }) => score))
  return scored
    .filter(({ score }) => score === best)
    .sort((a, b) => a.score - b.score || Number(b.route.method === method) - Number(a.route.method === method))
    .slice(0, 3)
    .map(({ route }) => `${route.method} ${route.path}`)
}

/** How many segments differ; one that is nearly right counts half, a parameter fits anything. */
function distance(asked: readonly string[], pattern: readonly string[]): number {
  const last = pattern.at(-1) ?? ''
  const takesRest = last.endsWith('*}')
  if (!takesRest && Math.abs(asked.length - pattern.length) > 1) return Number.POSITIVE_INFINITY
  let total = takesRest ? 0 : Math.abs(asked.length - pattern.length)
  const length = Math.min(asked.length, pattern.length)
  for (let i = 0; i < length; i++) {
    const [mine = '', theirs = ''] = [asked[i], pattern[i]]
    if (theirs.startsWith('{') || theirs === mine) continue
    total += nearest(mine, [theirs]) === undefined ? 1 : 0.5
  }
  return total
}
