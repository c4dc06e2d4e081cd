/** `bin/slipway` as people run it: a real process, real signals, real pipes. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const binary = resolve(import.meta.dirname, '../bin/slipway')
const work = mkdtempSync(join(tmpdir(), 'slipway-binary-'))
let server: ChildProcess
let url: string

beforeAll(async () => {
  server = spawn(binary, ['serve', '--port', '0', '--data-dir', join(work, 'data')], { cwd: work })
  url = await new Promise((found, failed) => {
    server.stdout?.on('data', (text) => {
      const ready = /Slipway ready at (http:\S+) in \d+ ms\n/.exec(String(text))?.[1]
      if (ready !== undefined) found(ready)
    })
    server.on('exit', (code) => failed(new Error(`serve ended with ${code}`)))
  })
})
afterAll(async () => {
  if (server.kill('SIGKILL')) await once(server, 'exit')
  rmSync(work, { recursive: true })
})

/** Runs a shell line in which `slipway` is the binary and the server is known. */
function shell(line: string, environment: Record<string, string> = {}) {
  const script = `set -o pipefail; slipway() { "${binary}" "$@"; }; ${line}`
  return new Promise<{ code: number; out: string; notes: string }>((done) => {
    const env = { ...process.env, SLIPWAY_URL: url, ...environment }
    const child = execFile('bash', ['-c', script], { cwd: work, env }, (_error, out, notes) =>
      done({ code: child.exitCode ?? -1, out, notes }),
    )
  })
}

describe('the binary', () => {
  it('creates, lists and pipes', async () => {
    expect(await shell('slipway datasets create flights --description "US flights" --json')).toMatchObject({ code: 0 })
    const { out } = await shell('slipway datasets list --json')
    expect(JSON.parse(out).items).toMatchObject([{ name: 'flights', description: 'US flights' }])
    expect((await shell('slipway datasets list | tail -1')).out).toMatch(/^dst_\S+ {2}flights {2}US flights/)
  })

  it('takes a closed pipe for success', async () => {
    // The list of all commands is longer than a pipe holds, so the reader is gone while there is more to write.
    const line = 'for i in 1 2 3; do slipway completion fish; done | head -1'
    expect(await shell(line)).toMatchObject({ code: 0, notes: '' })
  })

  it('tells every problem of the configuration at once, of flags, variables and the file', async () => {
    writeFileSync(join(work, 'wrong.yaml'), 'server:\n  http: {bodyLimitBytes: 1}\n')
    const { code, notes } = await shell('slipway serve --config wrong.yaml --port abc --log-level loud', {
      SLIPWAY_SHUTDOWN_GRACE_MS: 'soon',
    })
    expect(code).toBe(2)
    for (const problem of [
      'port = "abc" (from --port)',
      'log.level = "loud" (from --log-level)',
      'shutdown.graceMs = "soon" (from SLIPWAY_SHUTDOWN_GRACE_MS)',
      'http.bodyLimitBytes = 1 (from wrong.yaml: server.http.bodyLimitBytes)',
    ])
      expect(notes).toContain(problem)
  })

  it('loads neither schemas nor the server to show help', async () => {
    const hook = join(work, 'loaded.mjs')
    writeFileSync(
      hook,
      "import { registerHooks } from 'node:module'\nregisterHooks({ load: (url, context, next) => (process.stderr.write(url + '\\n'), next(url, context)) })\n",
    )
    const { notes } = await shell('slipway datasets create --help', { NODE_OPTIONS: `--import=${hook}` })
    const loaded = notes.split('\n').filter((url) => url.startsWith('file:'))
    expect(loaded.filter((url) => /node_modules|\/(modules|dialects|platform)\//.test(url))).toEqual([])
    // In the built program the schemas' library alone is as large as all that help may load.
    const bytes = loaded.map((url) => statSync(fileURLToPath(url)).size).reduce((sum, size) => sum + size)
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThan(200_000)
  })

  it('ends with 130 on Ctrl-C', async () => {
    await shell('slipway experiments create tide && slipway runs create tide --name b')
    const env = { ...process.env, SLIPWAY_URL: url }
    const following = spawn(binary, ['events', '--after', '0'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(following, 'exit')
    await once(following.stdout, 'data')
    following.kill('SIGINT')
    expect(await exited).toEqual([130, null])
  })

  it('follows events', async () => {
    await shell('slipway experiments create churn && slipway runs create churn --name a')
    const { out } = await shell("slipway events --after 0 --types 'tracking.*' --count 1")
    expect(out).toMatch(/tracking\.run\.created {2}run_\S+ {2}\{"runId"/)
  })

  it('uses colors on a terminal and not where NO_COLOR says so', async () => {
    const inTerminal = `script -qec '"${binary}" datasets --help' /dev/null`
    expect((await shell(inTerminal, { TERM: 'xterm', NO_COLOR: '' })).out).toContain('\u001b[1m')
    expect((await shell(inTerminal, { TERM: 'xterm', NO_COLOR: '1' })).out).not.toContain('\u001b[')
    expect((await shell('slipway datasets --help')).out).not.toContain('\u001b[')
  })

  it('says what is wrong with a setting, and starts nothing', async () => {
    const wrong = await shell('slipway serve --port many')
    expect(wrong).toMatchObject({ code: 2, notes: expect.stringMatching(/port = "many" \(from --port\)/) })
    const open = await shell(`slipway serve --port 0 --host 0.0.0.0 --data-dir ${work}/open`)
    expect(open).toMatchObject({
      code: 2,
      notes: expect.stringContaining('Refusing to listen on 0.0.0.0 without a token'),
    })
    writeFileSync(join(work, 'wrong.yaml'), 'server:\n  prot: 1\n  log: { level: loud }\n')
    const several = await shell('slipway config show --config wrong.yaml', { SLIPWAY_DATADIR: 'x' })
    expect(several.code).toBe(2)
    for (const problem of [
      'server.prot is not a setting; did you mean port?',
      'log.level = "loud" (from wrong.yaml: server.log.level)',
      'SLIPWAY_DATADIR is not a setting; did you mean SLIPWAY_DATA_DIR?',
    ])
      expect(several.notes).toContain(problem)
    const { out } = await shell('slipway config show', { SLIPWAY_LOG_LEVEL: 'info', SLIPWAY_AUTH_TOKEN: 'hidden word' })
    expect(out).toMatch(/log\.level +info +environment +SLIPWAY_LOG_LEVEL/)
    expect(out).not.toContain('hidden word')
  })

  it('drains on SIGTERM and exits with 0', async () => {
    server.removeAllListeners('exit')
    server.kill('SIGTERM')
    expect(await new Promise((done) => server.on('exit', done))).toBe(0)
    expect(await shell('slipway datasets list')).toMatchObject({
      code: 6,
      notes: expect.stringContaining('slipway serve'),
    })
  })
})

describe('the launcher', () => {
  /** A copy of the launcher in a package or clone that has nothing else, with programs of our own on the PATH. */
  function launcher(files: Record<string, string>, programs: Record<string, string>) {
    const folder = mkdtempSync(join(work, 'launcher-'))
    mkdirSync(join(folder, 'bin'))
    cpSync(binary, join(folder, 'bin/slipway'))
    for (const [path, text] of Object.entries({ ...files, ...inFolder('path', programs) })) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), text)
      chmodSync(join(folder, path), 0o755)
    }
    const path = `${join(folder, 'path')}:/usr/bin:/bin`
    return (line: string) => shell(`PATH="${path}"; cd "${folder}"; ${line}`)
  }
  const inFolder = (folder: string, files: Record<string, string>) =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text]))
  const echo = '#!/bin/sh\n[ "$1" = --version ] && echo VERSION || echo "NAME $*"\n'
  const fake = (name: string, version: string) => echo.replace('VERSION', version).replace('NAME', name)

  it('says that the dependencies of a clone are not installed', async () => {
    const run = launcher({ 'src/main.ts': '' }, {})
    expect(await run('./bin/slipway serve')).toMatchObject({ code: 1, notes: expect.stringContaining('npm install') })
  })

  it('runs the built program of a clone until a source is newer', async () => {
    const files = { 'src/main.ts': '', 'src/ui/page.tsx': '', 'dist/main.js': '', 'node_modules/.keep': '' }
    const run = launcher(files, { node: fake('node', 'v26.1.0') })
    const age = 'touch -d 2020-01-01 src src/main.ts; touch -d 2021-01-01 dist/main.js;'
    expect((await run(`${age} ./bin/slipway version`)).out).toMatch(/\/dist\/main\.js version\n$/)
    // The pages are built by themselves.
    expect((await run('touch src/ui/page.tsx; ./bin/slipway version')).out).toMatch(/\/dist\/main\.js version\n$/)
    expect((await run('touch src/main.ts; ./bin/slipway version')).out).toMatch(/\/src\/main\.ts version\n$/)
    expect((await run(`${age} rm dist/main.js; ./bin/slipway version`)).out).toMatch(/\/src\/main\.ts version\n$/)
  })

  it('uses the Node of the machine when it is new enough, through any number of links', async () => {
    const run = launcher({ 'dist/main.js': '' }, { node: fake('node', 'v24.1.0') })
    const { out } = await run(
      'ln -s bin/slipway one; mkdir -p sub; ln -s ../one sub/two; ./sub/two serve --port 1 "a b"',
    )
    expect(out).toMatch(/^node --min-semi-space-size=16 \/.*\/dist\/main\.js serve --port 1 a b\n$/)
  })

  it('fetches a newer Node when the machine’s is too old, and says so', async () => {
    const run = launcher({ 'dist/main.js': '' }, { node: fake('node', 'v20.20.2'), npx: fake('npx', '') })
    const { out, notes } = await run('./bin/slipway version')
    expect(out).toMatch(/^npx --yes --package=node@26 -- node --min-semi-space-size=16 \/.*\/dist\/main\.js version\n$/)
    expect(notes).toBe('slipway: this is Node 20.20.2; running with Node 26 through npx.\n')
  })
})
