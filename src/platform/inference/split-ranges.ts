import type { SplitRange, Weighted } from './split.ts'

/**
 * Who owns which range of the split. A change of weights takes from who has too much exactly what others lack, so the fewest
 * keys move: no function of the weights alone can do that for three variants or more, so the ranges are kept.
 */
interface Part {
  owner: string
  width: number
}

/** Narrower is a rounding error. */
const smallest = 1e-9

/** As weights alone say it: variants after the first from the low end, the last first; the first owns the rest. */
export function rangesOf(variants: readonly Weighted[]): readonly SplitRange[] {
  return toRanges([...targetsOf(variants)].reverse().map(([owner, width]) => ({ owner, width })))
}

/** The ranges of other weights, with the fewest keys moved. */
export function moveRanges(before: readonly SplitRange[], variants: readonly Weighted[]): readonly SplitRange[] {
  const parts = before.map(({ below, variant }, index) => ({
    owner: variant,
    width: below - (before[index - 1]?.below ?? 0),
  }))
  const lacking = targetsOf(variants)
  for (const { owner, width } of parts) lacking.set(owner, (lacking.get(owner) ?? 0) - width)
  slideBounds(parts, lacking)
  return toRanges(cutSurplus(parts, lacking))
}

function targetsOf([first, ...others]: readonly Weighted[]): Map<string, number> {
  const taken = others.reduce((sum, { weight }) => sum + weight, 0)
  const targets = new Map<string, number>(first === undefined ? [] : [[first.name, Math.max(0, 100 - taken)]])
  for (const { name, weight } of others) targets.set(name, weight)
  return targets
}

/** Between neighbors the bound moves, which makes no range more. */
function slideBounds(parts: readonly Part[], lacking: Map<string, number>): void {
  for (const [index, right] of parts.entries()) {
    const left = parts[index - 1]
    if (left === undefined) continue
    give(left, right, lacking)
    give(right, left, lacking)
  }
}

function give(from: Part, to: Part, lacking: Map<string, number>): void {
  const surplus = -(lacking.get(from.owner) ?? 0)
  const lack = lacking.get(to.owner) ?? 0
  const moved = Math.min(surplus, lack, from.width)
  if (moved <= 0) return
  from.width -= moved
  to.width += moved
  lacking.set(from.owner, moved - surplus)
  lacking.set(to.owner, lack - moved)
}

/** What is left goes in pieces from the end of each range to whoever lacks most. */
function cutSurplus(parts: readonly Part[], lacking: Map<string, number>): Part[] {
  return parts.flatMap((part) => {
    const pieces = []
    while (part.width > smallest && -(lacking.get(part.owner) ?? 0) > smallest) {
      const [most = ''] = [...lacking].reduce((a, b) => (b[1] > a[1] ? b : a))
      const piece = { owner: most, width: 0 }
      give(part, piece, lacking)
      if (piece.width === 0) break
      pieces.unshift(piece)
    }
    return [part, ...pieces]
  })
}

function toRanges(parts: readonly Part[]): readonly SplitRange[] {
  const ranges: { below: number; variant: string }[] = []
  let below = 0
  for (const { owner, width } of parts) {
    below += width
    if (width <= smallest) continue
    const last = ranges.at(-1)
    if (last?.variant === owner) last.below = below
    else ranges.push({ below, variant: owner })
  }
  const last = ranges.at(-1)
  if (last !== undefined) last.below = 100
  return ranges
}
