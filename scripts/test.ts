/**
 * `npm test`: lint, types, dead code, then every test, stopping at the first kind that fails. Arguments go to Vitest:
 * `npm test -- src/kernel`. Ends with one line that counts. In CI a skipped test is a failure: nothing is skipped there.
 * When not one file changed since everything passed, it says so and is done; `npm test -- --again` runs all the same.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findLastRun, rememberRun, sourceDigest } from './last-run.ts'

const results = join('.cache', 'test-results.json')
const filters = process.argv.slice(2).filter((argument) => argument !== '--again')

function step(title: string, command: string, args: readonly string[]): boolean {
  const started = performance.now()
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (error !== undefined) console.error(`${command}: ${error.message}`)
  const isGood = status === 0
  console.error(`${isGood ? '✓' : '✗'} ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  return isGood
}

function main(): number {
  const isWhole = filters.length === 0
  const digest = isWhole ? sourceDigest() : undefined
  const last = process.argv.includes('--again') ? undefined : findLastRun<{ summary: string }>('tests', digest)
  if (last !== undefined) {
    console.log(`Nothing changed since all tests passed, ${last.at}; "npm test -- --again" runs them again.`)
    console.log(last.result.summary)
    return 0
  }
  rmSync(results, { force: true })
  if (isWhole && !step('lint', 'biome', ['check', '--diagnostic-level=error', '.'])) return 1
  if (isWhole && !step('types', 'tsc', ['-p', '.'])) return 1
  if (isWhole && !step('dead code', 'knip', [])) return 1
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  const isGood = step('tests', 'vitest', ['run', ...reporters, ...filters])
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'))
  const isSkipRefused = process.env.CI === 'true' && numPendingTests > 0
  if (isSkipRefused) console.error('In CI nothing may be skipped.')
  const summary = `tests: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`
  console.log(summary)
  if (isWhole && isGood && numPendingTests === 0) rememberRun('tests', digest, { summary })
  return isGood && !isSkipRefused ? 0 : 1
}

process.exitCode = main()
