import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { modules } from '../../app.ts'
import type { DeclaredEntry } from '../../kernel/resource.ts'
import { toDefinition as toPolicy } from '../automation/project-section.ts'
import { toDefinition as toPipeline } from '../pipelines/project-section.ts'
import { createFileFormat, entriesOf } from './file-format.ts'
import { parseProjectFile } from './parse.ts'
import { checkEntries, checkReferences } from './references.ts'

const format = createFileFormat(modules.flatMap(({ declares = {} }) => [{ declares, door: undefined }]))

const example = readFileSync(join(import.meta.dirname, '../../../examples/flights/slipway.yaml'), 'utf8')

/** The problems of a text in one line each, as a person sees them. */
async function problemsOf(text: string): Promise<string[]> {
  const { file, problems, locate } = parseProjectFile(format, text)
  const found =
    file === undefined
      ? problems
      : [...(await checkReferences({ format, file, locate }, async () => false)), ...checkEntries(format, file, locate)]
  return found.map((problem) => `${problem.line} ${problem.path}: ${problem.message}`)
}

describe('parseProjectFile', () => {
  it('reads the example without a problem', async () => {
    expect(await problemsOf(example)).toEqual([])
  })

  it('gives steps their names and policies the canary of their deployment', () => {
    const { file } = parseProjectFile(format, example)
    if (file === undefined) throw new Error('the example does not parse')
    const entry = (name: string, section: string) =>
      entriesOf(format, file).find((part) => part.section.key === section && part.declared.name === name)
        ?.declared as DeclaredEntry<never>
    const { name, entry: pipeline } = entry('flight-delay', 'pipelines')
    expect(toPipeline(name, pipeline).steps.map((step) => step.name)).toEqual(['features', 'train', 'evaluate'])
    const { canary } = entry('flight-delay', 'deployments').entry
    expect(canary).toBeDefined()
    expect(toPolicy(entry('keep-flight-delay-current', 'policies')).deliver?.canary).toEqual(canary)
  })

  it('reports every problem of the form at once, with path, line and the nearest name', async () => {
    const text = [
      'project: two words',
      'pipeline: {}',
      'pipelines:',
      '  p:',
      '    steps:',
      '      one:',
      '        runs: [node, a.js]',
      'gates:',
      '  g:',
      '    model: m',
      '    rules:',
      '      - { metric: auc, atLeats: 0.6 }',
      'monitors:',
      '  w: { deployment: d, kind: drft, window: { rows: 0 } }',
    ].join('\n')
    const problems = await problemsOf(text)
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^1 project: letters, digits.*\(it is "two words"\)$/),
        '2 pipeline: is not known; did you mean pipelines?',
        expect.stringMatching(/^6 pipelines\.p\.steps\.one\.run: /),
        '7 pipelines.p.steps.one.runs: is not known; did you mean run?',
        '12 gates.g.rules[0].atLeats: is not known; did you mean atLeast?',
        expect.stringMatching(/^14 monitors\.w\.kind: .*\(it is "drft"\)$/),
        expect.stringMatching(/^14 monitors\.w\.window\.rows: .*\(it is 0\)$/),
      ]),
    )
  })

  it('says where YAML itself is broken', async () => {
    expect(await problemsOf('project: p\ndatasets: [')).toEqual([expect.stringMatching(/^2 : not valid YAML: /)])
    expect(await problemsOf('project: p\nproject: q')).toEqual([expect.stringMatching(/^2 : not valid YAML: .*unique/)])
  })

  it('refuses a file that is not a map, and a bomb of aliases', async () => {
    expect(await problemsOf('just text')).toHaveLength(1)
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefg'.split('').map((name, i) => {
        const before = 'abcdef'[i]
        return `${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`
      }),
    ].join('\n')
    expect(await problemsOf(bomb)).toEqual([expect.stringMatching(/alias/)])
  })
})

describe('checkReferences', () => {
  it('finds names that lead nowhere and suggests the nearest', async () => {
    const text = example
      .replace('flights: dataset/flights@latest', 'flights: dataset/flihgts@latest')
      .replace('on: [delays-drift]', 'on: [delay-drift]')
      .replace('      gate: flight-delay-quality', '      gate: quality')
    const line = (part: string) => text.split('\n').findIndex((row) => row.includes(part)) + 1
    expect(await problemsOf(text)).toEqual([
      `${line('flihgts')} pipelines.flight-delay.steps.features.inputs.flights: there is no dataset flihgts: it is not in datasets, and the server has none; did you mean flights?`,
      `${line('on: [delay-drift]')} policies.keep-flight-delay-current.retrain.on[0]: there is no monitor delay-drift: it is not in monitors, and the server has none; did you mean delays-drift?`,
      `${line('gate: quality')} policies.keep-flight-delay-current.deliver.gate: there is no gate quality: it is not in gates, and the server has none`,
    ])
  })

  it('accepts a name that only the server knows', async () => {
    const { file, locate } = parseProjectFile(
      format,
      'project: p\nmonitors:\n  w: { deployment: d, kind: drift, window: { rows: 9 } }',
    )
    if (file === undefined) throw new Error('does not parse')
    const read = { format, file, locate }
    expect(await checkReferences(read, async ({ noun, name }) => noun === 'deployment' && name === 'd')).toEqual([])
    expect(await checkReferences(read, async () => false)).toHaveLength(1)
  })

  it('wants a canary for a delivery', async () => {
    const text = example.replace(/\n {4}canary:[\s\S]*?\n\n/, '\n\n')
    expect(await problemsOf(text)).toEqual([expect.stringMatching(/deliver: has no canary: write one here or under/)])
  })
})
