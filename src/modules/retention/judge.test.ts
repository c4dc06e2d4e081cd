import { describe, expect, it } from 'vitest'
import { nextDaily } from './jobs.ts'
import { familiesOf, type JudgedRun, reasonToKeep } from './judge.ts'
import { ruleFor } from './model.ts'

const day = 86_400_000
const now = 100 * day
const run = (id: string, daysAgo: number, more: Partial<JudgedRun> = {}): JudgedRun => ({
  id,
  name: id,
  status: 'FINISHED',
  startedAt: now - daysAgo * day,
  tags: {},
  ...more,
})
const alone = (given: JudgedRun) => ({ root: given, runs: [given] })

describe('families', () => {
  it('are a run with all that are nested in it, at any depth, the newest first', () => {
    const runs = [
      run('leaf', 1, { parentRunId: 'middle' }),
      run('middle', 2, { parentRunId: 'top' }),
      run('top', 9),
      run('orphan', 5, { parentRunId: 'erased before' }),
    ]
    const families = familiesOf(runs).map(({ root, runs: own }) => [root.id, own.map(({ id }) => id)])
    expect(families).toEqual([
      ['orphan', ['orphan']],
      ['top', ['leaf', 'middle', 'top']],
    ])
  })

  it('bear parents that stand in a circle', () => {
    const circle = [run('a', 1, { parentRunId: 'b' }), run('b', 2, { parentRunId: 'a' })]
    expect(familiesOf(circle).flatMap((family) => family.runs)).toHaveLength(2)
  })
})

describe('a family is kept', () => {
  const rule = { keepNewest: 2, keepDays: 10, keepTags: ['golden', 'stage=final'], now }
  it.each([
    ['under way', run('r', 50, { status: 'RUNNING' }), 9],
    ['pinned', run('r', 50, { tags: { pinned: 'true' } }), 9],
    ['among the newest 2', run('r', 50), 1],
    ['not older than 10 days', run('r', 10), 2],
    ['tag golden', run('r', 50, { tags: { golden: '' } }), 9],
    ['tag stage=final', run('r', 50, { tags: { stage: 'final' } }), 9],
    [undefined, run('r', 10.1, { tags: { stage: 'draft', pinned: 'false' } }), 2],
  ])('because it is %s', (reason, given, rank) => {
    expect(reasonToKeep(alone(given), rank, rule)).toBe(reason)
  })

  it('for the sake of one run that is nested in it', () => {
    const family = { root: run('top', 50), runs: [run('top', 50), run('leaf', 50, { tags: { golden: '1' } })] }
    expect(reasonToKeep(family, 9, rule)).toBe('tag golden')
    expect(reasonToKeep(family, 9, { ...rule, keepTags: [] })).toBeUndefined()
  })
})

describe('the rule of an experiment', () => {
  const rules = [{ scope: '*' }, { scope: 'team/*' }, { scope: 'team/vision/*' }, { scope: 'exp_1' }]
  it.each([
    ['exp_1', 'team/vision/boats', 'exp_1'],
    ['exp_2', 'team/vision/boats', 'team/vision/*'],
    ['exp_2', 'team/visions', 'team/*'],
    ['exp_2', 'teams/vision', '*'],
  ])('%s named %s is %s', (id, name, scope) => {
    expect(ruleFor(rules, { id, name })?.scope).toBe(scope)
  })

  it('is none when nobody made one for it', () => {
    expect(ruleFor([{ scope: 'other/*' }], { id: 'exp_1', name: 'churn' })).toBeUndefined()
  })
})

it('looks once a day, at three in the morning', () => {
  expect(nextDaily(Date.parse('2026-11-21T02:59:00Z'))).toBe(Date.parse('2026-11-21T03:00:00Z'))
  expect(nextDaily(Date.parse('2026-11-21T03:00:00Z'))).toBe(Date.parse('2026-11-22T03:00:00Z'))
})
