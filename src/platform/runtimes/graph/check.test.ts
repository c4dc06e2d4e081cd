import { describe, expect, it } from 'vitest'
import type { TensorSpec } from '../../inference/tensor.ts'
import { checkGraph, type NodeSpecs } from './check.ts'
import { parseGraph } from './definition.ts'

const spec = (name: string, datatype: TensorSpec['datatype'], shape: readonly number[]): TensorSpec => {
  return { name, datatype, shape }
}
const specs: Record<string, NodeSpecs> = {
  prepare: {
    inputs: [spec('age', 'FP64', [-1]), spec('city', 'BYTES', [-1])],
    outputs: [spec('features', 'FP32', [-1, 3])],
  },
  score: { inputs: [spec('features', 'FP32', [-1, 3])], outputs: [spec('risk', 'FP32', [-1, 1])] },
  second: { inputs: [spec('features', 'FP32', [-1, -1])], outputs: [spec('risk', 'FP32', [-1, 1])] },
  mean: { inputs: [spec('a', 'FP32', [-1, 1]), spec('b', 'FP32', [-1, 1])], outputs: [spec('risk', 'FP32', [-1])] },
}

const whole = `
nodes:
  prepare: {function: prepare.ts, inputs: {age: inputs.age, city: inputs.town}}
  score: {model: churn/3, inputs: {features: prepare.features}}
  second: {model: churn@trees, inputs: {features: prepare.features}}
  mean: {function: mean.ts, inputs: {a: score.risk, b: second.risk}}
outputs: {risk: mean.risk, score: score.risk}
`

function check(text: string, known = specs) {
  const { definition, problems } = parseGraph(text)
  if (definition === undefined) return { problems, inputs: [], outputs: [] }
  return checkGraph(definition, new Map(Object.entries(known)))
}

describe('a graph', () => {
  it('takes what its nodes want of the request and gives what its outputs name', () => {
    expect(check(whole)).toEqual({
      problems: [],
      inputs: [spec('age', 'FP64', [-1]), spec('town', 'BYTES', [-1])],
      outputs: [spec('risk', 'FP32', [-1]), spec('score', 'FP32', [-1, 1])],
    })
  })

  it('takes a value of the request that feeds several nodes as all of them do', () => {
    const both = (first: readonly number[], second: readonly number[]) => {
      const ends = { x: { inputs: [spec('i', 'FP32', first)], outputs: [spec('o', 'FP32', [-1])] } }
      const known = { ...ends, y: { ...ends.x, inputs: [spec('i', 'FP32', second)] } }
      const node = (name: string) => `${name}: {model: m/1, inputs: {i: inputs.same}}`
      return check(`nodes: {${node('x')}, ${node('y')}}\noutputs: {a: x.o, b: y.o}`, known)
    }
    expect(both([-1, -1], [-1, 4])).toMatchObject({ problems: [], inputs: [spec('same', 'FP32', [-1, 4])] })
    expect(both([-1, 3], [-1, 4]).problems).toEqual([
      'nodes.y.inputs.i: takes inputs.same as FP32 [-1, 4], but nodes.x.inputs.i takes it as FP32 [-1, 3]; give them two names',
    ])
  })

  it('tells every wrong edge at once, with node, input, value and what would be right', () => {
    const text = whole
      .replace('city: inputs.town', 'town: inputs.town')
      .replace(
        'second: {model: churn@trees, inputs: {features: prepare.features}}',
        'second: {model: churn@trees, inputs: {features: prepare.featurs}}',
      )
      .replace('b: second.risk', 'b: secnd.risk')
      .replace('score: score.risk', 'score: inputs.age')
    expect(check(text).problems).toEqual([
      'nodes.prepare.inputs.town: the node has no such input; known: age, city',
      'nodes.prepare: its input "city" (BYTES [-1]) is fed by nothing; add city: inputs.<name> or <node>.<output>',
      'nodes.second: no output needs it; use what it gives, or remove it',
      'nodes.second.inputs.features: node "prepare" gives no "featurs"; did you mean features?',
      'nodes.mean.inputs.b: there is no node "secnd"; did you mean second?',
      "outputs.score: inputs.age is the request's own value; an output comes from a node",
    ])
  })

  it('is refused where a type or a shape cannot fit', () => {
    const narrow = {
      ...specs,
      prepare: { ...specs.prepare, outputs: [spec('features', 'FP32', [-1, 2])] },
    } as typeof specs
    expect(check(whole, narrow).problems).toEqual([
      'nodes.score.inputs.features: takes FP32 [-1, 3], but prepare.features gives FP32 [-1, 2]',
    ])
    const wide = {
      ...specs,
      prepare: { ...specs.prepare, outputs: [spec('features', 'FP64', [-1, 3])] },
    } as typeof specs
    expect(check(whole, wide).problems).toHaveLength(2)
    const flat = { ...specs, prepare: { ...specs.prepare, outputs: [spec('features', 'FP32', [-1])] } } as typeof specs
    expect(check(whole, flat).problems).toHaveLength(2)
  })

  it('leaves to a run what only a run can tell', () => {
    const open = { ...specs, score: { inputs: specs.score?.inputs ?? [], outputs: [] } }
    expect(check(whole, open)).toMatchObject({ problems: [], outputs: [] })
  })

  it('is refused when nodes wait for each other', () => {
    const text = whole.replace('features: prepare.features', 'features: mean.risk')
    expect(check(text).problems).toContain(
      'nodes: score needs mean needs score: a circle, so that none of them can begin',
    )
  })
})

describe('the text of a graph', () => {
  it('is refused with every problem of its form', () => {
    const text = `
nodes:
  inputs: {model: a/1, inputs: {}}
  both: {model: a/1, function: f.ts, inputs: {x: y}}
  neither: {inputs: {}, output: z}
  program: {function: run.sh, inputs: {}}
outputs: []
`
    const { definition, problems } = parseGraph(text)
    expect(definition).toBeUndefined()
    expect(problems.join('\n')).toMatch(/^nodes.inputs: .*stands for the request/m)
    expect(problems.join('\n')).toMatch(/^nodes.both.inputs.x: write inputs.<name>/m)
    expect(problems.join('\n')).toMatch(/^nodes.neither: "output" is not known here$/m)
    expect(problems.join('\n')).toMatch(/^nodes.program.function: .*ends in .ts/m)
    expect(problems.join('\n')).toMatch(/^outputs: /m)
  })

  it('feeds an input once', () => {
    const text = 'nodes:\n  a:\n    model: m/1\n    inputs:\n      x: inputs.x\n      x: inputs.y\noutputs: {o: a.o}\n'
    expect(parseGraph(text).problems).toEqual([
      'line 6: "x" is there twice; a name stands once, and an input is fed by one value',
    ])
  })

  it.each(['', '[]', 'nodes: &a {b: *a}', '\t', 'nodes: {}\noutputs: {}'])('says what is wrong with %j', (text) => {
    expect(parseGraph(text).problems.length).toBeGreaterThan(0)
  })
})
