import { describe, expect, it } from 'vitest'
import type { ScoredRequest } from '../../../platform/data-plane/index.ts'
import type { Tensor, TensorSpec } from '../../../platform/inference/index.ts'
import { judgeProbes, probesOf } from './probes.ts'

const width: TensorSpec = { name: 'width', datatype: 'FP64', shape: [-1], isColumn: true }
const age: TensorSpec = { ...width, name: 'age', isOptional: true }
const city: TensorSpec = { name: 'city', datatype: 'BYTES', shape: [-1], isColumn: true }
const row: Tensor[] = [
  { name: 'width', datatype: 'FP64', shape: [1], data: new Float64Array([4]) },
  { name: 'age', datatype: 'FP64', shape: [1], data: new Float64Array([33]) },
  { name: 'city', datatype: 'BYTES', shape: [1], data: ['Oslo'] },
]
const probes = probesOf([width, age, city], row)
const said = (text: string): ScoredRequest => ({
  outputs: [{ name: 'label', datatype: 'BYTES', shape: [1], data: [text] }],
  latencyUs: 1,
})
const refused: ScoredRequest = { problem: 'ValueError: no' }
const judge = (expected: ScoredRequest[], given: ScoredRequest[]) => judgeProbes(probes, { expected, given }, 1e-4)

describe('probes', () => {
  it('vary one column of a real row each, and leave the row as it was', () => {
    expect(probes.map(({ kind, spec }) => `${kind} ${spec.name}`)).toEqual([
      'missing width',
      'missing age',
      'unknown city',
    ])
    expect(probes[0]?.tensors[0]?.data[0]).toBeNaN()
    expect(probes[0]?.tensors[1]?.data[0]).toBe(33)
    expect(row[0]?.data[0]).toBe(4)
  })

  it('of a matrix vary each of its columns', () => {
    const matrix: TensorSpec = { name: 'input', datatype: 'FP32', shape: [-1, 3] }
    const values: Tensor = { name: 'input', datatype: 'FP32', shape: [1, 3], data: new Float32Array([1, 2, 3]) }
    expect(probesOf([matrix], [values]).map(({ column }) => column)).toEqual([0, 1, 2])
  })

  it('make a column strict in which the model takes no missing number', () => {
    const both = [said('yes'), said('yes')]
    expect(judge([refused, ...both], [said('yes'), ...both])).toEqual({ finite: { width: [0] }, problem: undefined })
    expect(judge([refused, ...both], [refused, ...both])).toEqual({ finite: {}, problem: undefined })
  })

  it('refuse a form that answers otherwise where a value may be missing', () => {
    const { problem } = judge([said('yes'), said('yes'), said('yes')], [said('yes'), said('no'), said('yes')])
    expect(problem).toBe('a missing value of "age" is answered otherwise')
  })

  it('refuse a form that answers a text that the model refuses', () => {
    const { problem } = judge([said('yes'), said('yes'), refused], [said('yes'), said('yes'), said('yes')])
    expect(problem).toContain('refuses a text that it does not know in "city"')
  })
})
