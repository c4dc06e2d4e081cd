import { describe, expect, it } from 'vitest'
import { readRow, rowFields } from './row-fields.ts'

const matrix = { name: 'features', datatype: 'FP32', shape: [-1, 2] }
const age = { name: 'age', datatype: 'INT64', shape: [-1], isColumn: true }
const city = { name: 'city', datatype: 'BYTES', shape: [-1, 1], isColumn: true, isOptional: true }

describe('the fields of a row', () => {
  it('are the columns of a matrix, by the names that predictions are recorded with', () => {
    expect(rowFields([matrix], { height: 1, width: 2 })?.map(({ label }) => label)).toEqual(['height', 'width'])
    expect(rowFields([matrix], undefined)?.map(({ label }) => label)).toEqual(['features.0', 'features.1'])
    expect(rowFields([matrix], { other: 1 })?.map(({ label }) => label)).toEqual(['features.0', 'features.1'])
  })

  it('are one for each column of a data frame', () => {
    expect(rowFields([age, city], undefined)?.map(({ label }) => label)).toEqual(['age', 'city'])
  })

  it('are none for an image', () => {
    expect(rowFields([{ name: 'image', datatype: 'FP32', shape: [-1, 3, 224, 224] }], undefined)).toBeUndefined()
  })
})

describe('what was typed', () => {
  const read = (inputs: (typeof age)[], typed: Record<string, string>) =>
    readRow(inputs, rowFields(inputs, undefined) ?? [], typed)

  it('becomes one row of tensors, without what may be left out', () => {
    expect(read([matrix as typeof age], { 'features.0': '1.5', 'features.1': ' 2 ' })).toEqual({
      tensors: [{ name: 'features', datatype: 'FP32', shape: [1, 2], data: [1.5, 2] }],
    })
    expect(read([age, city], { age: '41', city: '' })).toEqual({
      tensors: [{ name: 'age', datatype: 'INT64', shape: [1], data: [41] }],
    })
    expect(read([age, city], { age: '41', city: 'Zürich' })).toMatchObject({
      tensors: [{}, { name: 'city', shape: [1, 1], data: ['Zürich'] }],
    })
  })

  it('says what is wrong with each value', () => {
    const answer = read([matrix as typeof age, age], { 'features.0': 'much', 'features.1': '1', age: '1.5' })
    expect(answer).toEqual({
      problems: new Map([
        ['features.0', '"much" is not a number'],
        ['age', 'a whole number up to 2^53'],
      ]),
    })
    expect(read([age], {})).toEqual({ problems: new Map([['age', 'needs a value']]) })
  })
})
