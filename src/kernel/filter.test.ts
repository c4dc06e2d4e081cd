import { describe, expect, it } from 'vitest'
import { type Condition, type Filter, parseFilter, parseOrder } from './filter.ts'

/** The tree as fully parenthesized text, so that a test reads as a sentence. */
function show(filter: Filter | undefined): string {
  if (filter === undefined) return ''
  if (filter.kind === 'not') return `not ${show(filter.part)}`
  if (filter.kind === 'condition') return showCondition(filter)
  return `(${filter.parts.map(show).join(` ${filter.kind} `)})`
}

function showCondition({ field, operator, value }: Condition): string {
  const name = `${field.entity === undefined ? '' : `${field.entity}.`}[${field.key}]`
  const full = field.aggregate === undefined ? name : `${field.aggregate}(${name})`
  return `${full} ${operator}${value === undefined ? '' : ` ${JSON.stringify(value)}`}`
}

describe('parseFilter', () => {
  it.each([
    ['metrics.loss < 0.5', 'metrics.[loss] < 0.5'],
    ['metrics.loss<-1.5e-3', 'metrics.[loss] < -0.0015'],
    ['params.kernel = \'rbf\' and tags.team != "risk"', '(params.[kernel] = "rbf" and tags.[team] != "risk")'],
    ['tags.`a b.c` LIKE "x%"', 'tags.[a b.c] LIKE "x%"'],
    ['params."max depth" ILIKE \'5\'', 'params.[max depth] ILIKE "5"'],
    ['metrics.val/loss >= 2', 'metrics.[val/loss] >= 2'],
    ['metrics.a.b.c == 1', 'metrics.[a.b.c] = 1'],
    ["run_id IN ('a', 'b',)", '[run_id] IN ["a","b"]'],
    ["name NOT IN ('a')", '[name] NOT IN ["a"]'],
    ["name not like 'a%'", '[name] NOT LIKE "a%"'],
    ['params.x IS NULL AND tags.y is not null', '(params.[x] IS NULL and tags.[y] IS NOT NULL)'],
    ['a = 1 OR b = 2 AND c = 3', '([a] = 1 or ([b] = 2 and [c] = 3))'],
    ['(a = 1 OR b = 2) AND NOT c = 3', '(([a] = 1 or [b] = 2) and not [c] = 3)'],
    ['min(metrics.loss) < 0.1', 'min(metrics.[loss]) < 0.1'],
    ['metrics.order = 1', 'metrics.[order] = 1'],
    ["tags.a = 'it is AND or ('", 'tags.[a] = "it is AND or ("'],
    ['   ', ''],
  ])('reads %s', (text, expected) => {
    expect(show(parseFilter(text))).toBe(expected)
  })

  it.each([
    ['metrics.loss <', 15, 'expected a number or a text in quotes, found the end'],
    ['metrics.loss 5', 14, 'expected a comparison such as = or >, found "5"'],
    ['params.a = rbf', 12, 'expected a number or a text in quotes, found "rbf"'],
    ["params.a = 'x", 12, "the quote ' is never closed"],
    ['(a = 1', 7, 'expected ), found the end'],
    ['a = 1 b = 2', 7, 'expected AND, OR or the end, found "b"'],
    ['a = 1; DROP TABLE x', 6, '";" means nothing here'],
    ['a IN ()', 7, 'expected a number or a text in quotes, found ")"'],
    ['AND', 4, 'expected a comparison such as = or >, found the end'],
  ])('points at the wrong character of %s', (text, character, problem) => {
    expect(() => parseFilter(text)).toThrow(`not valid at character ${character}: ${problem}`)
  })

  it('puts the caret under the character however long the filter is', () => {
    const text = `${"tags.a = 'b' AND ".repeat(20)}%`
    const lines = catchMessage(() => parseFilter(text)).split('\n')
    expect(lines[1]?.charAt(lines[2]?.indexOf('^') ?? 0)).toBe('%')
  })

  it('refuses a tower of parentheses instead of overflowing the stack', () => {
    expect(() => parseFilter('('.repeat(100_000))).toThrow('more than 50 parentheses')
  })

  it('refuses a filter that would keep everybody waiting', () => {
    const conditions = (count: number) => Array.from({ length: count }, () => 'metrics.a > 1').join(' OR ')
    expect(show(parseFilter(conditions(100)))).toContain('or')
    expect(() => parseFilter(conditions(101))).toThrow('more than 100 conditions')
    const list = (count: number) => `id IN (${"'a',".repeat(count)})`
    expect(show(parseFilter(list(10_000)))).toContain('IN')
    expect(() => parseFilter(list(10_001))).toThrow('more than 10000 values')
    expect(() => parseFilter(`name = '${'x'.repeat(1_000_000)}'`)).toThrow('longer than 1000000 characters')
  })
})

describe('parseOrder', () => {
  it.each([
    ['metrics.loss', 'metrics', 'loss', 'asc'],
    ['metrics.`a b` DESC', 'metrics', 'a b', 'desc'],
    [' start_time asc ', undefined, 'start_time', 'asc'],
  ] as const)('reads %s', (text, entity, key, direction) => {
    expect(parseOrder(text)).toMatchObject({ field: { entity, key }, direction })
  })

  it('refuses what follows the direction', () => {
    expect(() => parseOrder('metrics.a DESC NULLS')).toThrow('"DESC" was not expected')
  })
})

function catchMessage(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  throw new Error('nothing was thrown')
}
