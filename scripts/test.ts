/**
 * `npm test`: lint, types and dead code, then every test, unless one of the first fails. Arguments go to Vitest:
 * `npm test -- src/kernel`. Ends with one line that counts. In CI a skipped test is a failure: nothing is skipped there.
 * When not one file changed since everything passed, it says so and is done; `npm test -- --again` runs all the same.
 *
 * `npm run test:long` tests everything of which `npm test` takes samples: a server killed at each of its fault points.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { findLastRun, rememberRun, sourceDigest } from './last-run.ts'

const results = join('.cache', 'test-results.json')
const isLong = process.argv.includes('--long')
const filters = process.argv.slice(2).filter((argument) => !['--again', '--long'].includes(argument))

/** Several run side by side: what one says stands together. */
async function check(title: string, command: string, args: readonly string[]): Promise<boolean> {
  const started = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, errors, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return tell(title, started, status === 0, out + errors)
}

async function runTests(): Promise<boolean> {
  const started = performance.now()
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const env = { ...process.env, ...(isLong ? { SLIPWAY_TEST_LONG: 'true' } : {}) }
  const child = spawn('vitest', ['run', ...reporters, ...filters], { stdio: 'inherit', env })
  const [status] = await once(child, 'close')
  return tell('tests', started, status === 0)
}

function tell(title: string, started: number, isGood: boolean, said = ''): boolean {
  if (!isGood && said !== '') console.error(said)
  console.error(`${isGood ? '✓' : '✗'} ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  return isGood
}

async function main(): Promise<number> {
  const isWhole = filters.length === 0
  const digest = isWhole ? sourceDigest() : undefined
  const name = isLong ? 'long-tests' : 'tests'
  const last = process.argv.includes('--again') ? undefined : findLastRun<{ summary: string }>(name, digest)
  if (last !== undefined) {
    console.log(`Nothing changed since all tests passed, ${last.at}; "npm test -- --again" runs them again.`)
    console.log(last.result.summary)
    return 0
  }
  rmSync(results, { force: true })
  const checks = isWhole
    ? [
        check('lint', 'biome', ['check', '--diagnostic-level=error', '.']),
        check('types', 'tsc', ['-p', '.']),
        check('dead code', 'knip', []),
      ]
    : []
  if ((await Promise.all(checks)).includes(false)) return 1
  const isGood = await runTests()
  if (!existsSync(results)) return 1
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'))
  const isSkipRefused = process.env.CI === 'true' && numPendingTests > 0
  if (isSkipRefused) console.error('In CI nothing may be skipped.')
  const summary = `tests: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`
  console.log(summary)
  if (isWhole && isGood && numPendingTests === 0) rememberRun(name, digest, { summary })
  return isGood && !isSkipRefused ? 0 : 1
}

process.exitCode = await main()
