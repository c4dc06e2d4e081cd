import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasCode } from '../../kernel/errors.ts'
import { createProcesses, type Processes, type ProcessSpec } from './index.ts'

const processes = createProcesses()
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))
afterAll(() => processes.stop())

const env = { PATH: '/usr/local/bin:/usr/bin:/bin' }

/** `sh -c script` in the test's folder, with its output in `log`. */
function shell(script: string, more: Partial<ProcessSpec> = {}): ProcessSpec {
  return { command: 'sh', args: ['-c', script], cwd: folder, env, logPath: join(folder, 'log'), ...more }
}

const logText = () => readFile(join(folder, 'log'), 'utf8')
/** A process that has ended but is not reaped yet is as good as gone. */
function isAlive(pid: number): Promise<boolean> {
  return readFile(`/proc/${pid}/stat`, 'latin1').then(
    (text) => !/\) [ZX] /.test(text),
    () => false,
  )
}

async function pidFrom(name: string): Promise<number> {
  const path = join(folder, name)
  await expect.poll(async () => existsSync(path) && (await stat(path)).size > 0).toBe(true)
  return Number(await readFile(path, 'utf8'))
}

describe('a child process', () => {
  it('runs in its folder with exactly its environment and tells how it ended', async () => {
    const child = await processes.start(shell('pwd; env | sort; echo oops >&2; exit 7', { env: { ...env, A: 'b c' } }))
    const exit = await child.exited
    expect(exit).toMatchObject({ code: 7, signal: null })
    expect(exit.reason).toBeUndefined()
    const lines = (await logText()).trim().split('\n')
    expect(lines).toContain(folder)
    expect(lines).toContain('oops')
    expect(lines).toContain('A=b c')
    expect(lines.filter((line) => /^(HOME|USER|NODE_|npm_)/.test(line))).toEqual([])
  })

  it('is refused with the reason when its command or folder does not exist', async () => {
    const refused = async (spec: ProcessSpec) => {
      const error = await processes.start(spec).catch((thrown) => thrown)
      expect(hasCode(error, 'process_not_started')).toBe(true)
      return error.message
    }
    expect(await refused({ ...shell(''), command: 'no-such-program' })).toContain('no such command')
    expect(await refused({ ...shell(''), command: '/etc/passwd' })).toContain('not executable')
    expect(await refused(shell('true', { cwd: join(folder, 'none') }))).toContain('does not exist')
    expect(await refused({ ...shell('true'), args: ['-c', 'true', 'x'.repeat(200_000)] })).toContain('too long')
  })

  it('that ignores TERM is killed after the grace', async () => {
    const child = await processes.start(shell("trap '' TERM; echo ready > ready; while :; do sleep 0.05; done"))
    await expect.poll(() => existsSync(join(folder, 'ready'))).toBe(true)
    child.cancel(200)
    const exit = await child.exited
    expect(exit).toMatchObject({ code: null, signal: 'SIGKILL', reason: 'canceled' })
    expect(exit.durationMs).toBeGreaterThanOrEqual(200)
  })

  it('that hangs is ended at its timeout, by a TERM it may answer', async () => {
    const child = await processes.start(
      shell("trap 'echo cleaned up; exit 3' TERM; while :; do sleep 0.05; done", { timeoutMs: 300 }),
    )
    expect(await child.exited).toMatchObject({ code: 3, reason: 'timeout' })
    expect(await logText()).toContain('cleaned up')
  })

  it('takes its grandchildren with it, whether it is canceled or ends by itself', async () => {
    const canceled = await processes.start(shell('sleep 1000 & echo $! > grandchild; wait'))
    const first = await pidFrom('grandchild')
    canceled.cancel()
    expect(await canceled.exited).toMatchObject({ reason: 'canceled' })
    await expect.poll(() => isAlive(first)).toBe(false)

    const leaving = await processes.start(shell('sleep 1000 & echo $! > stray; exit 0'))
    expect(await leaving.exited).toMatchObject({ code: 0 })
    const second = await pidFrom('stray')
    await expect.poll(() => isAlive(second)).toBe(false)
  })

  it('whose log has no room left on its disk runs to its end, and the others go on', async () => {
    const other = await processes.start(shell('sleep 1000'))
    const child = await processes.start(shell('echo hello', { logPath: '/dev/full' }))
    expect(await child.exited).toMatchObject({ code: 0, droppedLogBytes: 6 })
    expect(await isAlive(other.pid)).toBe(true)
    other.cancel(0)
    await other.exited
  })

  it('that floods its log is cut at the limit with a line that says so, and still runs to its end', async () => {
    const limit = 1_000_000
    const flood = 'head -c 200000000 /dev/zero | tr "\\0" x; echo done > done'
    const child = await processes.start(shell(flood, { logLimitBytes: limit }))
    const exit = await child.exited
    expect(exit).toMatchObject({ code: 0, droppedLogBytes: 199_000_000 })
    expect(existsSync(join(folder, 'done'))).toBe(true)
    const text = await logText()
    expect(text.length).toBeLessThan(limit + 300)
    expect(text).toContain('the log reached its limit of 1000000 bytes')
    expect(text).toContain('199000000 bytes of output were dropped')
  })

  it('is killed beyond its memory limit, its descendants counted', async () => {
    // The memory is the grandchild's: tail keeps a last line of 200 MB.
    const child = await processes.start(
      shell('head -c 200000000 /dev/zero | tail | sleep 30', { memoryLimitBytes: 50_000_000 }),
    )
    const exit = await child.exited
    expect(exit).toMatchObject({ signal: 'SIGKILL', reason: 'memory' })
    expect(exit.peakMemoryBytes).toBeGreaterThan(50_000_000)
  })

  it('is canceled by an aborted signal, also when that was aborted before', async () => {
    const abort = new AbortController()
    const child = await processes.start(shell('sleep 1000'), abort.signal)
    abort.abort(new Error('changed my mind'))
    expect(await child.exited).toMatchObject({ reason: 'canceled', signal: 'SIGTERM' })
    await expect(processes.start(shell('true'), abort.signal)).rejects.toThrow('changed my mind')
  })
})

describe('when the spawner dies', () => {
  it('its children are ended, their runs fail clearly, and the next start gets a new one', async () => {
    const own: Processes = createProcesses()
    const child = await own.start(shell('echo $PPID > spawner; sleep 1000'))
    const spawner = await pidFrom('spawner')
    process.kill(spawner, 'SIGKILL')
    const error = await child.exited.catch((thrown) => thrown)
    expect(hasCode(error, 'process_lost')).toBe(true)
    await expect.poll(() => isAlive(child.pid)).toBe(false)
    const next = await own.start(shell('exit 4'))
    expect(await next.exited).toMatchObject({ code: 4 })
    await own.stop()
  })
})

describe('a spawner with nothing to do', () => {
  it('ends, and the next start gets a new one', async () => {
    const own = createProcesses({ idleMs: 50 })
    const first = await own.start(shell('echo $PPID > first'))
    await first.exited
    const spawner = await pidFrom('first')
    await expect.poll(() => isAlive(spawner)).toBe(false)
    const second = await own.start(shell('sleep 0.2; exit 5'))
    expect(await second.exited).toMatchObject({ code: 5 })
    await own.stop()
  })
})

describe('when the server', () => {
  const door = new URL('./index.ts', import.meta.url).href

  /** A server of three lines that starts a child with a grandchild, and one that outlives it. */
  async function server(): Promise<{ host: ReturnType<typeof spawn>; pids: number[]; outliving: number }> {
    const specs = [
      shell('sleep 1000 & echo $! > grandchild; wait'),
      shell('echo before; while [ ! -e go ]; do sleep 0.05; done; echo after', { outlive: true }),
    ]
    const script = `import { createProcesses } from '${door}'
      const processes = createProcesses()
      const [child, outliving] = await Promise.all(${JSON.stringify(specs)}.map((spec) => processes.start(spec)))
      console.log(JSON.stringify([child.pid, outliving.pid]))
      process.on('SIGTERM', () => processes.stop().then(() => process.exit(0)))
      setInterval(() => {}, 1000)`
    const host = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const line = await new Promise<string>((resolve) => host.stdout?.once('data', (data) => resolve(String(data))))
    const [child = 0, outliving = 0] = JSON.parse(line)
    return { host, pids: [child, await pidFrom('grandchild')], outliving }
  }

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'ends by %s, so do its children, except one that outlives it',
    async (signal) => {
      const { host, pids, outliving } = await server()
      host.kill(signal)
      for (const pid of pids) await expect.poll(() => isAlive(pid)).toBe(false)
      expect(await isAlive(outliving)).toBe(true)
      await expect(readFile(join(folder, 'log'), 'utf8')).resolves.toContain('before')
      await rm(join(folder, 'log'))
      process.kill(-outliving, 'SIGKILL')
      await expect.poll(() => isAlive(outliving)).toBe(false)
    },
  )
})
