/**
 * P-values adjusted for the number of tests by Benjamini and Hochberg: calling everything below α a discovery keeps the
 * expected share of false ones at α. In the order given.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const count = pValues.length
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[b] ?? 0) - (pValues[a] ?? 0))
  const adjusted = new Array<number>(count).fill(1)
  let smallest = 1
  for (const [position, index] of order.entries()) {
    const rank = count - position
    smallest = Math.min(smallest, ((pValues[index] ?? 1) * count) / rank)
    adjusted[index] = smallest
  }
  return adjusted
}
