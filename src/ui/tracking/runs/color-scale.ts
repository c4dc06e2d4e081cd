import type { Run } from '../../ground/wire.ts'
import { fieldValue } from '../compare/fields.ts'

/** The color of a run by one of its values: a depth of one color for numbers, a color each for words. */
export type ColorScale = (run: Run) => string | undefined

/** Over the runs that are loaded. */
export function colorScale(runs: readonly Run[], field: string): ColorScale | undefined {
  if (field === '') return undefined
  const values = runs.map((run) => fieldValue(run, field)).filter((value) => value !== undefined)
  const numbers = values.filter((value) => typeof value === 'number')
  if (numbers.length === values.length && numbers.length > 0) {
    const low = numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
    const high = numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    return (run) => {
      const value = fieldValue(run, field)
      return typeof value === 'number' ? heat(high === low ? 0.5 : (value - low) / (high - low)) : undefined
    }
  }
  const words = [...new Set(values.map(String))].sort()
  return (run) => {
    const value = fieldValue(run, field)
    return value === undefined ? undefined : `var(--sl-series-${(words.indexOf(String(value)) % 8) + 1})`
  }
}

/** Pale for the smallest, full for the largest. */
const heat = (share: number) =>
  `color-mix(in srgb, var(--sl-series-1) ${Math.round(8 + share * 92)}%, var(--sl-surface))`
