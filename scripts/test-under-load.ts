/**
 * `npm run test:load -- --runs 20 --load 10 [files]`: runs the browser and process suites again and again while busy loops
 * take the processors, each time in a temporary folder that is empty. Tells each run and what failed in it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const suites = [
  'test/browser',
  'test/journeys',
  'test/binary.test.ts',
  'src/platform/process',
  'src/server',
  'crash.test',
]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '20' }, load: { type: 'string', default: '10' } },
})

/** What failed, as `file: test`. */
async function runOnce(): Promise<readonly string[]> {
  const place = mkdtempSync(join(tmpdir(), 'slipway-load-'))
  const [temporary, results] = [join(place, 't'), join(place, 'results.json')]
  const files = positionals.length > 0 ? positionals : suites
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
  try {
    mkdirSync(temporary)
    const env = { ...process.env, TMPDIR: temporary }
    const { status, output } = await runTests(['run', ...reporters, ...files], env)
    const left = readdirSync(temporary).map((name) => `left behind: ${name}`)
    const failed = [...failedTests(results), ...left]
    if (status !== 0) process.stderr.write(output)
    return status !== 0 && failed.length === 0 ? [`vitest ended with ${status}`] : failed
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

async function runTests(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn('vitest', args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const [status] = await once(child, 'close')
  return { status, output }
}

interface Results {
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

function failedTests(results: string): readonly string[] {
  if (!existsSync(results)) return []
  const { testResults }: Results = JSON.parse(readFileSync(results, 'utf8'))
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => `${name}: ${fullName}`),
  )
}

async function main(): Promise<number> {
  const busy: ChildProcess[] = Array.from({ length: Number(values.load) }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  )
  process.once('exit', () => {
    for (const child of busy) child.kill('SIGKILL')
  })
  // Ended by a signal it would leave the load behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
  let failures = 0
  for (let run = 1; run <= Number(values.runs); run++) {
    const started = performance.now()
    const failed = await runOnce()
    failures += failed.length > 0 ? 1 : 0
    const seconds = Math.round((performance.now() - started) / 1000)
    console.log([`run ${run}: ${failed.length === 0 ? 'passed' : 'failed'} after ${seconds} s`, ...failed].join('\n  '))
  }
  console.log(`runs: ${Number(values.runs) - failures} passed, ${failures} failed, at a load of ${values.load}`)
  return failures === 0 ? 0 : 1
}

process.exit(await main())
