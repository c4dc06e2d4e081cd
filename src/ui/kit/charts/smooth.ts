/**
 * Exponential moving average with bias correction, as training curves are read: `weight` 0 leaves the values, 0.9 is
 * smooth. Gaps stay gaps. The correction keeps the first values from being pulled to zero.
 */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  if (weight <= 0) return [...values]
  let average = 0
  let debias = 1
  return values.map((value) => {
    if (value === null || !Number.isFinite(value)) return null
    average = average * weight + (1 - weight) * value
    debias *= weight
    return average / (1 - debias)
  })
}
