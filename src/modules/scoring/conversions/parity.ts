import type { Tensor, TensorData } from '../../../platform/inference/index.ts'
import type { OutputParity } from './model.ts'

/** Answers of a model and of its ONNX form to the same rows, held against each other. */

type Answers = readonly (readonly Tensor[])[]

/** Each output of the model; one that the ONNX form lacks, or has in another shape or type, disagrees in every value. */
export function compareAnswers(expected: Answers, given: Answers): OutputParity[] {
  const names = expected[0]?.map(({ name }) => name) ?? []
  return names.map((name) => {
    const pairs = expected.map((tensors, row) => [find(tensors, name), find(given[row] ?? [], name)] as const)
    return { name, ...(pairs.every(([theirs]) => isFloat(theirs)) ? compareNumbers(pairs) : compareLabels(pairs)) }
  })
}

/** Whether it is good enough to be served instead of the model. */
export function isWithin(outputs: readonly OutputParity[], tolerance: number): boolean {
  return outputs.every(({ disagreementCount, maxRelative = 0 }) => disagreementCount === 0 && maxRelative <= tolerance)
}

/** The worst of it in a few words. */
export function describeParity(outputs: readonly OutputParity[]): string {
  const parts = outputs.map(({ name, disagreementCount, maxAbsolute, maxRelative = 0 }) => {
    if (disagreementCount === 0 && maxAbsolute === undefined) return `"${name}" is the same`
    const apart = `"${name}" differs by up to ${maxAbsolute?.toPrecision(3)} (relative ${maxRelative.toPrecision(3)})`
    if (disagreementCount === 0) return apart
    return `${disagreementCount} ${disagreementCount === 1 ? 'value' : 'values'} of "${name}" are others`
  })
  return parts.join('; ')
}

type Pair = readonly [Tensor | undefined, Tensor | undefined]

function compareLabels(pairs: readonly Pair[]): Omit<OutputParity, 'name'> {
  let disagreementCount = 0
  for (const [theirs, ours] of pairs) {
    const expected = theirs?.data ?? []
    const isAlike = theirs?.datatype === ours?.datatype && isSameShape(theirs, ours)
    for (let at = 0; at < expected.length; at++) if (!isAlike || expected[at] !== ours?.data[at]) disagreementCount += 1
  }
  return { disagreementCount }
}

/**
 * A difference counts in parts of the expected value, but of no less than the mean size of the output: a probability of a
 * billionth need not be right to a billionth of itself.
 */
function compareNumbers(pairs: readonly Pair[]): Omit<OutputParity, 'name'> {
  const meanSize = meanOf(pairs.map(([theirs]) => theirs?.data ?? []))
  let [disagreementCount, maxAbsolute, maxRelative] = [0, 0, 0]
  for (const [theirs, ours] of pairs) {
    const isAlike = theirs?.datatype === ours?.datatype && isSameShape(theirs, ours)
    const expected = theirs?.data ?? []
    for (let at = 0; at < expected.length; at++) {
      const [want, have] = [Number(expected[at]), Number(ours?.data[at])]
      if (isAlike && (Object.is(want, have) || want === have)) continue
      if (!isAlike || !Number.isFinite(want) || !Number.isFinite(have)) {
        disagreementCount += 1
        continue
      }
      const apart = Math.abs(want - have)
      maxAbsolute = Math.max(maxAbsolute, apart)
      maxRelative = Math.max(maxRelative, apart / Math.max(Math.abs(want), meanSize))
    }
  }
  return { disagreementCount, maxAbsolute, maxRelative }
}

function meanOf(parts: readonly TensorData[]): number {
  let [sum, count] = [0, 0]
  for (const data of parts)
    for (const value of data) {
      if (!Number.isFinite(Number(value))) continue
      sum += Math.abs(Number(value))
      count += 1
    }
  return count === 0 ? 0 : sum / count
}

function find(tensors: readonly Tensor[], name: string): Tensor | undefined {
  return tensors.find((tensor) => tensor.name === name)
}

function isFloat(tensor: Tensor | undefined): boolean {
  return tensor !== undefined && /^FP(32|64)$/.test(tensor.datatype)
}

function isSameShape(a: Tensor | undefined, b: Tensor | undefined): boolean {
  return a?.shape.length === b?.shape.length && (a?.shape ?? []).every((size, index) => size === b?.shape[index])
}
