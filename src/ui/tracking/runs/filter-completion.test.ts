import { expect, it } from 'vitest'
import { complete, valueOptions } from './filter-completion.ts'

const fields = ['metrics.loss', 'metrics.val/loss', 'params.depth', 'params.learning rate', 'tags.team', 'status']
const at = (text: string) => {
  const { from, options, valuesFor } = complete(text, text.length, fields)
  return { typed: text.slice(from), options: options.map((option) => option.text.trim()), valuesFor }
}

it('offers every field at the start, and those with the letters typed, best first', () => {
  expect(at('').options).toHaveLength(6)
  expect(at('loss')).toMatchObject({ typed: 'loss', options: ['metrics.loss', 'metrics.val/loss'] })
  expect(at('metrics.loss > 1 AND (st').options).toEqual(['status'])
  expect(at('learn').options).toEqual(['params.`learning rate`'])
})

it('offers the comparisons of a number after a metric, and those of a text elsewhere', () => {
  expect(at('metrics.loss ').options).toEqual(['>', '<', '>=', '<=', '=', '!='])
  expect(at('params.`learning rate` I').options).toEqual(['IN (', 'IS NOT NULL', 'IS NULL'])
})

it('knows which values belong at the caret', () => {
  expect(at("params.depth = '1")).toMatchObject({ typed: "'1", valuesFor: 'params.depth' })
  expect(at("metrics.loss < 1 AND params.`learning rate` IN ('a', ")).toMatchObject({
    valuesFor: 'params.learning rate',
  })
  expect(at('metrics.loss > ').valuesFor).toBeUndefined()
  expect(valueOptions([{ value: '4', count: 2 }, { count: 9 }, { value: "it's", count: 1 }], "'")).toEqual([
    { text: "'4' ", hint: '2 runs' },
  ])
})

it('offers to join after a whole condition', () => {
  expect(at("params.depth = '4' ").options).toEqual(['AND', 'OR'])
  expect(at('metrics.loss < 1 A').options).toEqual(['AND'])
  expect(at('params.depth IS NULL ').options).toEqual(['AND', 'OR'])
})
