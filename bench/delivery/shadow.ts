import { loadDemo, settle, type Timing } from './capture.ts'
import { compare } from './report.ts'
import { inTurn } from './rounds.ts'
import type { BenchServer } from './server.ts'

/** A second version that gets a copy of every request: what the clients of the first notice, at half the peak. */
export async function measureShadow(server: BenchServer, { rounds, durationMs }: Timing): Promise<void> {
  const peak = await loadDemo(server, { durationMs })
  const rate = peak.perSecond / 2
  const run = async (isShadowed: boolean) => {
    const shadow = isShadowed ? await server.call('POST', '/v1/deployments/demo/shadows', { ref: '2' }) : undefined
    if (shadow !== undefined) await untilScoring(server, shadow.id)
    await settle(server)
    const result = await loadDemo(server, { durationMs, rate })
    if (shadow !== undefined) await server.call('POST', `/v1/shadows/${shadow.id}/stop`)
    await settle(server)
    return result
  }
  const [off = [], on = []] = await inTurn(rounds, [() => run(false), () => run(true)])
  const label = `shadow, ${Math.round(rate)} requests/s`
  compare({
    what: `${label}: p99 in ms`,
    before: off.map((each) => each.p99Ms),
    after: on.map((each) => each.p99Ms),
    target: '1.10',
  })
  compare({
    what: `${label}: p50 in ms`,
    before: off.map((each) => each.p50Ms),
    after: on.map((each) => each.p50Ms),
    target: '1.10',
  })
  console.log(`failures: ${[...off, ...on].reduce((sum, each) => sum + each.failures, 0)}`)
}

/** Its process is started with the first rows; what is measured is a shadow that runs. */
async function untilScoring(server: BenchServer, id: string): Promise<void> {
  await loadDemo(server, { durationMs: 50, rate: 200 })
  for (;;) {
    const { scoredCount } = await server.call('GET', `/v1/shadows/${id}`)
    if (scoredCount > 0) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
