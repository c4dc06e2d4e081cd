import { expect, it } from 'vitest'
import type { Database } from '../../../platform/db/index.ts'
import { describeDatabases } from '../../../testing/databases.ts'
import { trackingOver, trackingSchema } from '../../../testing/tracking-over.ts'
import type { Tracking } from '../service.ts'
import type { RunQuery } from './run.ts'

/** Seven runs, `a` the oldest; what is not said is missing. */
const runs = [
  { name: 'a', loss: 0.9, kernel: 'rbf', team: 'risk' },
  { name: 'b', loss: 0.1, kernel: 'RBF', team: 'growth' },
  { name: 'c', loss: Number.NaN, kernel: 'linear' },
  { name: 'd', kernel: 'poly_3', team: 'risk' },
  { name: 'e', loss: Number.POSITIVE_INFINITY, team: '50%' },
  { name: 'f', loss: 0.5, kernel: 'polyX3', team: "it's" },
  { name: 'g', loss: -2 },
]

async function fill(db: Database): Promise<Tracking> {
  const { tracking } = trackingOver(db)
  await tracking.ensureExperiment('one')
  for (const [index, { name, loss, kernel, team }] of runs.entries()) {
    const { id } = await tracking.createRun({ experimentId: 'one', id: `run_${name}`, name, startedAt: 1000 + index })
    await tracking.logBatch(id, {
      // The first point is worse than the last, so that min() and max() differ from the latest value.
      metrics:
        loss === undefined
          ? []
          : [
              { key: 'loss', value: 10, step: 0 },
              { key: 'loss', value: loss, step: 1 },
            ],
      params: kernel === undefined ? {} : { kernel },
      tags: team === undefined ? {} : { team },
    })
  }
  await tracking.finishRun('run_b', 'FAILED', 5000)
  await tracking.recordInputs('run_f', [
    { name: 'credit', digest: 'd1', context: 'train', sourceType: 'http', source: '{}' },
  ])
  return tracking
}

describeDatabases('run search', trackingSchema, (open) => {
  let ready: Promise<Tracking> | undefined
  const tracking = () => {
    ready ??= open().then(fill)
    return ready
  }
  const names = async (query: Partial<RunQuery>) =>
    (await (await tracking()).searchRuns({ limit: 100, ...query })).items.map((run) => run.name).join('')

  it.each([
    ['', 'gfedcba'],
    ['metrics.loss < 0.5', 'gb'],
    ['metrics.loss != 0.5', 'geba'],
    ['metrics.loss > 1e308', 'e'],
    ['min(metrics.loss) < 0', 'g'],
    ['max(metrics.loss) = 10', 'gfcba'],
    ["params.kernel = 'rbf'", 'a'],
    ["params.kernel != 'rbf'", 'fdcb'],
    ["params.kernel LIKE 'r%'", 'a'],
    ["params.kernel ILIKE 'r%'", 'ba'],
    ["params.kernel LIKE 'poly_3'", 'fd'],
    ["params.kernel NOT LIKE 'poly%'", 'cba'],
    ["params.kernel IN ('rbf', 'linear')", 'ca'],
    ['tags.team IS NULL', 'gc'],
    ['tags.team IS NOT NULL', 'fedba'],
    ["tags.team = '50%'", 'e'],
    ['tags.team = "it\'s"', 'f'],
    ["tags.team LIKE '[a-z]%' OR tags.team LIKE '*'", ''],
    ["(metrics.loss < 0.2 OR tags.team = 'risk') AND NOT name = 'a'", 'gdb'],
    ["status = 'FAILED'", 'b'],
    ['endedAt IS NULL AND startedAt >= 1005', 'gf'],
    ['startedAt > 1004.5', 'gf'],
    ["datasets.name = 'credit' AND dataset.context LIKE 'tr%'", 'f'],
    ["attributes.id IN ('run_a', 'run_c')", 'ca'],
  ])('finds the runs where %s', async (filter, expected) => {
    expect(await names({ filter })).toBe(expected)
    // In one experiment an index may lead to the runs: the answer is the same.
    expect(await names({ filter, experiments: ['one'] })).toBe(expected)
  })

  it.each([
    [['metrics.loss'], 'gbfaecd'],
    [['metrics.loss DESC'], 'eafbgcd'],
    [['min(metrics.loss) DESC'], 'ecafbgd'],
    [['params.kernel'], 'bcfdage'],
    [['tags.team DESC', 'name DESC'], 'dafbegc'],
    [['endedAt', 'name'], 'bacdefg'],
    [['startedAt ASC'], 'abcdefg'],
  ])('orders by %s, missing values last', async (orderBy, expected) => {
    expect(await names({ orderBy })).toBe(expected)
    expect(await names({ orderBy, experiments: ['one'] })).toBe(expected)
  })

  it.each([
    [[]],
    [['metrics.loss']],
    [['metrics.loss DESC']],
    [['metrics.loss DESC', 'tags.team']],
    [['tags.team', 'metrics.loss']],
    [['endedAt DESC']],
  ])('pages by %s without a gap or a repeat, whichever way each page is found', async (orderBy) => {
    const service = await tracking()
    for (const ways of [[[]], [['one']], [['one'], []]]) {
      for (const limit of [1, 2, 3, 7]) {
        let cursor: string | undefined
        let found = ''
        let pages = 0
        do {
          const experiments = ways[pages++ % ways.length] ?? []
          const page = await service.searchRuns({ limit, orderBy, cursor, experiments })
          found += page.items.map((run) => run.name).join('')
          cursor = page.nextCursor
        } while (cursor !== undefined)
        expect(found).toBe(await names({ orderBy }))
        expect(pages).toBe(Math.ceil(runs.length / limit))
      }
    }
  })

  it.each([
    [{ filter: 'metrics.loss = "high"' }, '"loss" is compared with a number'],
    [{ filter: 'params.kernel = 3' }, '"kernel" is compared with a text in quotes'],
    [{ filter: 'colour = "red"' }, 'runs have no attribute "colour"'],
    [{ filter: 'thing.a = "x"' }, 'runs have no "thing"'],
    [{ filter: "min(params.a) = 'x'" }, 'only metrics have min()'],
    [{ filter: "metrics.loss LIKE 'x'" }, '"loss" is compared with a number'],
    [{ orderBy: ['metrics.a', 'metric.a DESC'] }, 'this field is there twice'],
    [{ orderBy: Array.from({ length: 70 }, (_, index) => `metrics.m${index}`) }, 'at most 20 orders'],
    [{ orderBy: ['datasets.name'] }, 'runs cannot be ordered by "name"'],
    [{ cursor: 'nonsense' }, 'was not made by this list'],
    [{ experiments: ['none'] }, 'There is no experiment none'],
  ])('refuses %j', async (query, message) => {
    await expect((await tracking()).searchRuns({ limit: 10, ...query })).rejects.toThrow(message)
  })

  it('ends a page early where too much was logged, and goes on from there', async () => {
    const service = await tracking()
    await service.ensureExperiment('crowd')
    const all = Array.from({ length: 260 }, (_, index) => `run_crowd${1000 + index}`)
    for (const id of all) await service.createRun({ experimentId: 'crowd', id, tags: { of: 'the crowd' } })
    const query = { experiments: ['crowd'], orderBy: ['id'], limit: 1000, mostLogged: 200 }
    const first = await service.searchRuns(query)
    const rest = await service.searchRuns({ ...query, cursor: first.nextCursor })
    expect([first.items.length < all.length, rest.nextCursor]).toEqual([true, undefined])
    expect([...first.items, ...rest.items].map((run) => run.id)).toEqual(all)
  })

  it('searches experiments by name, tag and time', async () => {
    const service = await tracking()
    await service.createExperiment({ name: 'two', tags: { team: 'risk' } })
    const find = async (filter: string) =>
      (await service.searchExperiments({ limit: 10, filter })).items.map((experiment) => experiment.name)
    expect(await find("tags.team = 'risk'")).toEqual(['two'])
    expect(await find("name ILIKE 'O%' AND createdAt > 5 AND tags.team IS NULL")).toEqual(['one'])
    await expect(find('age > 5')).rejects.toThrow('experiments have no attribute "age"')
  })
})
