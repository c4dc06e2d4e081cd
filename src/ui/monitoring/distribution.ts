import type { FeatureDrift } from '../ground/wire.ts'
import { formatNumber } from '../kit/format.ts'

/** Names of the cells of a distribution: categories, or ranges whose open ends are infinite. */
export function cellLabels({ categories, edges, reference }: FeatureDrift['distribution']): readonly string[] {
  if (categories !== undefined) return categories
  if (edges === undefined) return reference.map((_, index) => String(index + 1))
  return edges.slice(1).map((to, index) => {
    const from = edges[index] ?? null
    if (from === null && to === null) return 'all'
    if (from === null) return `< ${formatNumber(to ?? 0)}`
    return to === null ? `≥ ${formatNumber(from)}` : `${formatNumber(from)} – ${formatNumber(to)}`
  })
}
