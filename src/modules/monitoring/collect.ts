import type { Json } from '../../kernel/json.ts'
import { type CurrentFeature, type FeatureBaseline, toCategory, toComparable } from './statistics/baseline.ts'

/** Gathers the rows of a window into the cells of its baselines, a page at a time: the rows themselves are not kept. */
export interface Collector {
  add(inputs: Readonly<Record<string, Json>>): void
  /** What was gathered, for the features that any row had. */
  finish(): { readonly seen: ReadonlyMap<string, CurrentFeature>; readonly inputNames: readonly string[] }
}

export function createCollector(baselines: readonly FeatureBaseline[]): Collector {
  const columns = baselines.map((baseline) => ({ baseline, column: createColumn(baseline) }))
  const inputNames = new Set<string>()
  return {
    add(inputs) {
      for (const name in inputs) inputNames.add(name)
      for (const { baseline, column } of columns) column.add(inputs[baseline.feature])
    },
    finish() {
      const seen = columns.filter(({ baseline }) => inputNames.has(baseline.feature))
      return {
        seen: new Map(seen.map(({ baseline, column }) => [baseline.feature, column.finish()])),
        inputNames: [...inputNames].sort(),
      }
    },
  }
}

interface Column {
  add(value: unknown): void
  finish(): CurrentFeature
}

function createColumn(baseline: FeatureBaseline): Column {
  return baseline.type === 'numeric' ? numbers() : counts(baseline.categories)
}

function numbers(): Column {
  let values = new Float32Array(1024)
  let length = 0
  let missing = 0
  return {
    add(value) {
      const number = toComparable(value)
      if (Number.isNaN(number)) {
        missing++
        return
      }
      if (length === values.length) {
        const larger = new Float32Array(length * 2)
        larger.set(values)
        values = larger
      }
      values[length++] = number
    },
    finish: () => ({ type: 'numeric', values: values.slice(0, length), missing }),
  }
}

function counts(categories: readonly string[]): Column {
  const cells = new Map(categories.map((category, i) => [category, i]))
  const tally = new Array<number>(categories.length + 1).fill(0)
  let missing = 0
  return {
    add(value) {
      const category = toCategory(value)
      const cell = category === undefined ? undefined : (cells.get(category) ?? categories.length)
      if (cell === undefined) missing++
      else tally[cell] = (tally[cell] ?? 0) + 1
    },
    finish: () => ({ type: 'categorical', counts: tally, missing }),
  }
}
