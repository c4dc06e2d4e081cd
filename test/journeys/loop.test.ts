import { afterAll, beforeAll, expect, it } from 'vitest'
import { readOutcome } from './outcome.ts'
import { prepareSmallLoop, type SmallLoop } from './small-loop.ts'

let loop: SmallLoop

beforeAll(async () => {
  loop = await prepareSmallLoop()
})
afterAll(() => loop?.close())

// The whole product in one go: a server process, two trainings, a thousand predictions and a canary take some seconds.
it('notices the storms of February 2001, retrains, and lets the better model take over', async () => {
  await loop.run({}, async ({ api, server, predictionId, lines }) => {
    const outcome = await readOutcome(api)
    expect(server.deaths).toEqual([])
    expect(outcome).toMatchObject({
      champion: 2,
      aliasMoves: ['none -> 1', '1 -> 2'],
      verdicts: [true, true],
      rolloutStates: ['promoted'],
    })
    expect(outcome.counts).toMatchObject({ succeededRuns: 2, modelVersions: 2, rollouts: 1 })
    const expected = Object.fromEntries(loop.flights.map((flight) => [flight.id, flight.late]))
    expect(outcome.labels).toEqual(expected)
    // The days before the replay at once, then each day when it is over; airports; features of two trainings.
    expect(outcome.datasetDigests.flights).toHaveLength(6)
    expect(outcome.datasetDigests.airports).toHaveLength(1)
    expect(outcome.datasetDigests['flight-features']).toHaveLength(2)
    expect(lines.join('\n')).toMatch(/alert of delays-drift/)

    const trace = JSON.stringify(await api.slipway.lineage.trace({ id: predictionId }))
    for (const kind of ['prd_', 'mdv_', 'run_', 'str_', 'dsv_']) expect(trace).toContain(kind)
  })
})
