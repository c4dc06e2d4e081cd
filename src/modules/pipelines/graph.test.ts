import { describe, expect, it } from 'vitest'
import { checkDefinition } from './apply.ts'
import { type CacheParts, cacheKey, firstDifference } from './cache.ts'
import { durationMs, PipelineDefinition, sizeBytes } from './definition.ts'
import { dependenciesOf, dependentsOf, descendantsOf, inOrder } from './graph.ts'
import { parseInput, parseOutput } from './references.ts'

const step = (name: string, more: object = {}) => ({ name, run: ['true'], ...more })
const define = (...steps: object[]) => PipelineDefinition.parse({ name: 'p', steps })

describe('references', () => {
  it('are read with their optional mark', () => {
    expect(parseInput('dataset/flights@latest')).toEqual({ kind: 'dataset', ref: 'flights@latest', isOptional: false })
    expect(parseInput('model/flight-delay@champion?')).toEqual({
      kind: 'model',
      ref: 'flight-delay@champion',
      isOptional: true,
    })
    expect(parseInput('step/features.table')).toEqual({
      kind: 'step',
      step: 'features',
      output: 'table',
      isOptional: false,
    })
    expect(parseOutput('files')).toEqual({ kind: 'files' })
    expect(parseOutput('dataset/flight-features')).toEqual({ kind: 'dataset', name: 'flight-features' })
  })

  it.each(['flights', 'table/x', 'dataset/', 'step/features', 'step/.x', ''])('say what is wrong with "%s"', (text) => {
    expect(parseInput(text)).toEqual(expect.stringContaining('"'))
  })
})

describe('durations and sizes', () => {
  it('carry their unit', () => {
    expect([durationMs('250ms'), durationMs('90s'), durationMs('1.5m'), durationMs('2h')]).toEqual([
      250, 90_000, 90_000, 7_200_000,
    ])
    expect([sizeBytes('512MB'), sizeBytes('2GB')]).toEqual([536_870_912, 2_147_483_648])
  })
})

describe('the graph of a pipeline', () => {
  const diamond = define(
    step('report', { after: ['left', 'right'] }),
    step('left', { inputs: { x: 'step/source.out' } }),
    step('right', { inputs: { x: 'step/source.out' } }),
    step('source', { outputs: { out: 'files' } }),
    step('alone'),
  )

  it('follows inputs and after', () => {
    expect(diamond.steps.slice(0, 1).map(dependenciesOf)).toEqual([['left', 'right']])
    expect(dependentsOf(diamond, 'source')).toEqual(['left', 'right'])
    expect(descendantsOf(diamond, 'source').sort()).toEqual(['left', 'report', 'right'])
    const order = inOrder(diamond).map((one) => one.name)
    expect(order.indexOf('source')).toBeLessThan(order.indexOf('left'))
    expect(order.indexOf('right')).toBeLessThan(order.indexOf('report'))
  })
})

describe('a definition', () => {
  const problem = (...steps: object[]): string => {
    try {
      checkDefinition({ name: 'p', steps } as never)
    } catch (error) {
      return (error as Error).message
    }
    return 'none'
  }

  it('names the steps of a cycle in order', () => {
    const text = problem(step('a', { after: ['c'] }), step('b', { after: ['a'] }), step('c', { after: ['b'] }))
    expect(text).toContain('a -> b -> c -> a')
  })

  it('suggests the nearest name for an unknown step or output', () => {
    const features = step('features', { outputs: { table: 'files' } })
    expect(problem(features, step('train', { inputs: { x: 'step/feature.table' } }))).toContain(
      'did you mean features?',
    )
    expect(problem(features, step('train', { inputs: { x: 'step/features.tabel' } }))).toContain('did you mean table?')
    expect(problem(features, step('train', { after: ['featurs'] }))).toContain('steps[1].after[0]')
  })

  it('reports every problem at once with its path', () => {
    const text = problem(step('a', { outputs: { o: 'bucket/x' } }), step('a', { inputs: { i: 'nonsense' } }))
    expect(text).toContain('steps[0].outputs.o')
    expect(text).toContain('"a" is already the name of steps[0]')
    expect(text).toContain('steps[1].inputs.i')
  })

  it('refuses unknown fields and wrong forms', () => {
    expect(problem({ ...step('a'), retry: 3 })).toContain('retry')
    expect(problem({ ...step('a'), timeout: '10 minutes' })).toContain('duration')
    expect(problem({ name: 'a.b', run: ['true'] })).toContain('step name')
    expect(problem()).toContain('steps')
  })
})

describe('the cache key', () => {
  const parts: CacheParts = {
    code: 'c',
    command: ['node', 'a.ts'],
    env: {},
    parameters: { depth: 4, rate: 0.1 },
    inputs: { table: 'd1', champion: null },
    outputs: { model: 'model/m' },
    environment: 'local',
  }

  it('does not depend on the order of names', () => {
    const turned = { ...parts, parameters: { rate: 0.1, depth: 4 }, inputs: { champion: null, table: 'd1' } }
    expect(cacheKey(turned)).toBe(cacheKey(parts))
  })

  it('differs when a part does, and the difference is named', () => {
    const changes: [Partial<CacheParts>, string][] = [
      [{ parameters: { depth: 5, rate: 0.1 } }, 'the parameter depth changed: 4 to 5'],
      [{ inputs: { table: 'd2', champion: null } }, 'the input table changed'],
      [{ inputs: { table: 'd1', champion: 'm1' } }, 'the input champion changed'],
      [{ command: ['node', 'b.ts'] }, 'its command changed'],
      [{ env: { SEED: '1' } }, 'the variable SEED changed'],
    ]
    for (const [change, reason] of changes) {
      const after = { ...parts, ...change }
      expect(cacheKey(after)).not.toBe(cacheKey(parts))
      expect(firstDifference(parts, after)).toBe(reason)
    }
  })
})
