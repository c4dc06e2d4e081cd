/**
 * What delivery costs the requests that are answered meanwhile: the prediction log, a shadow, a change of version under
 * load; and what models leave behind in memory. A whole server with one worker, and conditions in turn in every round.
 * `node bench/delivery.ts [--smoke] [--only=capture|shadow|swap|rollback|unload|many]`
 */
import { cpus, loadavg } from 'node:os'
import { deployDemo, measureCapture } from './delivery/capture.ts'
import { measureMany, measureUnload } from './delivery/memory.ts'
import { tableHead } from './delivery/report.ts'
import { measureRollback } from './delivery/rollback.ts'
import { startBenchServer } from './delivery/server.ts'
import { measureShadow } from './delivery/shadow.ts'
import { measureSwap } from './delivery/swap.ts'

const isSmoke = process.argv.includes('--smoke')
const only = process.argv.find((arg) => arg.startsWith('--only='))?.slice('--only='.length)
const timing = isSmoke ? { rounds: 1, durationMs: 300 } : { rounds: 11, durationMs: 1000 }

const server = await startBenchServer()
const measurements = {
  capture: () => measureCapture(server, timing),
  shadow: () => measureShadow(server, timing),
  swap: () => measureSwap(server, timing),
  rollback: () =>
    measureRollback(server, isSmoke ? { rollbacks: 3, loadSeconds: 1 } : { rollbacks: 20, loadSeconds: 6 }),
  unload: () => measureUnload(server, isSmoke ? { megabytes: 10, cycles: 3 } : { megabytes: 100, cycles: 10 }),
  many: () => measureMany(server, isSmoke ? 5 : 100),
}
try {
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`)
  await deployDemo(server)
  console.log(tableHead)
  for (const [name, measure] of Object.entries(measurements)) if (only === undefined || only === name) await measure()
  console.log(`load at the end: ${loadavg()[0]?.toFixed(1)}`)
} finally {
  await server.stop()
}
