import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PipelineApp, pipelineApp } from '../../testing/pipeline-app.ts'
import { nextTime, scheduleProblem } from './schedule.ts'

describe('the next time of a schedule', () => {
  it('follows the time zone over the change to summer time', () => {
    const nine = { cron: '0 9 * * *', timeZone: 'Europe/Berlin' }
    // Berlin went from UTC+1 to UTC+2 in the night to March 29, 2026.
    expect(nextTime(nine, Date.UTC(2026, 2, 27, 12))).toBe(Date.UTC(2026, 2, 28, 8))
    expect(nextTime(nine, Date.UTC(2026, 2, 28, 12))).toBe(Date.UTC(2026, 2, 29, 7))
  })

  it('is refused with the reason when it can never be', () => {
    const problem = (cron: string, timeZone = 'UTC') => scheduleProblem({ cron, timeZone, overlap: 'skip' })
    expect(problem('0 6 * * 1-5')).toBeUndefined()
    expect(problem('0 6 * *')).toMatchObject({ path: 'cron' })
    expect(problem('61 * * * *')).toMatchObject({ path: 'cron', message: expect.stringContaining('61 * * * *') })
    expect(problem('0 0 30 2 *')).toMatchObject({ path: 'cron', message: '"0 0 30 2 *" never comes' })
    expect(problem('0 0 * * *', 'Mars/Olympus')).toMatchObject({ path: 'timeZone' })
  })
})

describe('a pipeline with a schedule', () => {
  let app: PipelineApp
  beforeAll(async () => {
    app = await pipelineApp()
  })
  afterAll(() => app.dispose())

  const scheduled = async () => {
    const { items } = (await app.request('GET', '/v1/pipeline-runs?limit=100')).body
    return items.map((run: { trigger: { kind: string; id: string } }) => run.trigger)
  }

  it('is started at each of its times once, until the schedule is taken away', async () => {
    const definition = { name: 'tick', steps: [{ name: 'a', run: ['true'] }] }
    const schedule = { cron: '* * * * * *' }
    await app.apply({ ...definition, schedule })
    await app.apply({ ...definition, schedule })
    expect((await app.request('GET', '/v1/pipelines/tick')).body.nextRunAt).toBeGreaterThan(Date.now() - 1000)
    await expect.poll(async () => (await scheduled()).length).toBeGreaterThanOrEqual(2)
    await app.apply(definition)
    const triggers = await scheduled()
    expect(triggers.every((trigger: { kind: string }) => trigger.kind === 'schedule')).toBe(true)
    expect(new Set(triggers.map((trigger: { id: string }) => trigger.id)).size).toBe(triggers.length)
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    const before = (await scheduled()).length
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect((await scheduled()).length).toBe(before)
  })

  it('is refused when its schedule is none', async () => {
    const definition = { name: 'wrong', steps: [{ name: 'a', run: ['true'] }], schedule: { cron: 'daily' } }
    const answer = await app.request('POST', '/v1/pipelines', { definition })
    expect(answer.body).toMatchObject({ code: 'pipeline_invalid', fields: [{ path: 'schedule.cron' }] })
  })
})
