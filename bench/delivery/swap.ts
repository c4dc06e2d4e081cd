import { loadDemo, settle, type Timing } from './capture.ts'
import { compare } from './report.ts'
import { inTurn } from './rounds.ts'
import type { BenchServer } from './server.ts'

/** Versions take turns without a pause, each loaded when its turn comes, so that every request falls into a change. */
export async function measureSwap(server: BenchServer, { rounds, durationMs }: Timing): Promise<void> {
  const peak = await loadDemo(server, { durationMs })
  const rates = { 'as fast as answered': undefined, 'half the peak': peak.perSecond / 2 }
  for (const [name, rate] of Object.entries(rates)) {
    let changes = 0
    const run = async (isChanging: boolean) => {
      await settle(server)
      let isLoaded = true
      const load = loadDemo(server, { durationMs, ...(rate === undefined ? {} : { rate }) }).finally(() => {
        isLoaded = false
      })
      while (isChanging && isLoaded) {
        changes += 1
        await server.call('PUT', '/v1/deployments/demo', { model: `demo/${(changes % 3) + 1}` })
      }
      return load
    }
    const [calm = [], changing = []] = await inTurn(rounds, [() => run(false), () => run(true)])
    const by = (key: 'p50Ms' | 'p99Ms') => ({
      before: calm.map((each) => each[key]),
      after: changing.map((each) => each[key]),
    })
    compare({ what: `changes of version, ${name}: p99 in ms`, ...by('p99Ms'), target: '2.00' })
    compare({ what: `changes of version, ${name}: p50 in ms`, ...by('p50Ms'), target: '' })
    const failures = changing.reduce((sum, each) => sum + each.failures, 0)
    const requests = changing.reduce((sum, each) => sum + each.requests, 0)
    console.log(`| ${changes} changes of version, ${requests} requests: failed | | ${failures} | | 0 |`)
  }
}
