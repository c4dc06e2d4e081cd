import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Processes } from '../../process/index.ts'
import { packageToolEnvironment } from '../../runtime/index.ts'
import {
  type BuiltEnvironment,
  clearUnfinished,
  isThere,
  listEnvironments,
  noteUse,
  removeEnvironment,
} from './environment-folders.ts'
import type { Requirements } from './requirements.ts'

/**
 * Virtual environments for Python models, one for each set of requirements and version of Python, kept. One that is being
 * built lies beside the others under another name until it is whole; who asks meanwhile waits for it.
 */
export interface Environments {
  /** The interpreter of the environment; builds it when there is none yet. Throws `Unbuildable` with the end of pip's output. */
  ensure(wanted: Requirements, onProgress?: (line: string) => void): Promise<string>
  /** Whether `ensure` answers at once. */
  isReady(wanted: Requirements): Promise<boolean>
  /** What to tell people when another version of Python than the wanted one is taken, as this host does not have it. */
  substitution(wanted: Requirements): Promise<string | undefined>
  /** Name of the environment that these requirements have, built or not; undefined when they need none. */
  nameOf(wanted: Requirements): Promise<string | undefined>
  /** Those that are built, in no order. */
  list(): Promise<BuiltEnvironment[]>
  /** False when there is none of that name. Nothing may run in it. */
  remove(name: string): Promise<boolean>
}

export interface EnvironmentsOptions {
  readonly folder: string
  readonly processes: Processes
  /** An interpreter whose packages the team looks after itself: nothing is built then. */
  readonly interpreter?: string | undefined
}

export class Unbuildable extends Error {
  readonly fix: string
  constructor(problem: string, fix: string) {
    super(problem)
    this.fix = fix
  }
}

const buildLimitMs = 30 * 60_000
const progressMs = 500
const tailLines = 15

interface Base {
  readonly path: string
  readonly version: string
}

export function createEnvironments({ folder, processes, interpreter }: EnvironmentsOptions): Environments {
  const bases = new Map<string, Promise<Base>>()
  const building = new Map<string, Building>()
  let cleared: Promise<void> | undefined

  function findBase(python: string | undefined): Promise<Base> {
    const minor = minorOf(python)
    const key = minor ?? ''
    const known = bases.get(key) ?? lookForBase(processes, folder, minor)
    bases.set(key, known)
    known.catch(() => bases.delete(key))
    return known
  }

  async function placeOf(wanted: Requirements): Promise<{ base: Base; place: string }> {
    await mkdir(folder, { recursive: true })
    const base = await findBase(wanted.python)
    const key = JSON.stringify([base.version, wanted.lines])
    return { base, place: join(folder, createHash('sha256').update(key).digest('hex').slice(0, 16)) }
  }

  function begin(given: Pick<Build, 'base' | 'place' | 'wanted'>): Building {
    const listeners = new Set<(line: string) => void>()
    const onProgress = (line: string) => {
      for (const listener of listeners) listener(line)
    }
    const { place } = given
    const done = buildEnvironment({ ...given, processes, folder, onProgress }).finally(() => building.delete(place))
    const begun = { done, listeners }
    building.set(place, begun)
    return begun
  }

  return {
    isReady: async (wanted) => {
      if (interpreter !== undefined || wanted.lines.length === 0) return true
      return isThere((await placeOf(wanted)).place)
    },
    substitution: async (wanted) => {
      if (interpreter !== undefined) return undefined
      const base = await findBase(wanted.python)
      const minor = minorOf(wanted.python)
      if (minor === undefined || minorOf(base.version) === minor) return undefined
      return `the model was made with Python ${wanted.python}, and this host has no Python ${minor}: it runs with Python ${base.version}`
    },
    nameOf: async (wanted) =>
      interpreter !== undefined || wanted.lines.length === 0 ? undefined : basename((await placeOf(wanted)).place),
    list: () => listEnvironments(folder),
    remove: (name) => removeEnvironment(folder, name),
    ensure: async (wanted, onProgress) => {
      if (interpreter !== undefined) return interpreter
      const { base, place } = await placeOf(wanted)
      if (wanted.lines.length === 0) return base.path
      cleared ??= clearUnfinished(folder)
      await cleared
      const path = join(place, 'bin', 'python')
      if (await isThere(place)) {
        await noteUse(place)
        return path
      }
      const build = building.get(place) ?? begin({ base, place, wanted })
      if (onProgress !== undefined) build.listeners.add(onProgress)
      await build.done
      return path
    },
  }
}

/** Everybody who asks for it meanwhile waits for it and hears how it goes. */
interface Building {
  readonly done: Promise<string>
  readonly listeners: Set<(line: string) => void>
}

interface Build {
  readonly processes: Processes
  readonly folder: string
  readonly place: string
  readonly base: Base
  readonly wanted: Requirements
  readonly onProgress: (line: string) => void
}

/** Made whole under another name first; when another process was quicker, its environment is the one. */
async function buildEnvironment(build: Build): Promise<string> {
  const { folder, place, base, wanted } = build
  const staged = await mkdtemp(join(folder, '.building-'))
  const logPath = `${place}.log`
  try {
    await rm(logPath, { force: true })
    build.onProgress(`with Python ${base.version}`)
    await mustRun(build, { command: base.path, args: ['-m', 'venv', staged], logPath })
    const file = join(staged, 'requirements.txt')
    await writeFile(file, `${wanted.lines.join('\n')}\n`)
    const args = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar=off', '-r', file]
    await mustRun(build, { command: join(staged, 'bin', 'python'), args, logPath })
    await writeFile(
      join(staged, 'environment.json'),
      JSON.stringify({ python: base.version, wantedPython: wanted.python, requirements: wanted.lines }),
    )
    await rename(staged, place).catch(async (error) => {
      if (!(await isThere(place))) throw error
    })
    return place
  } finally {
    await rm(staged, { recursive: true, force: true })
  }
}

async function mustRun(
  { processes, folder, onProgress }: Build,
  { command, args, logPath }: { command: string; args: readonly string[]; logPath: string },
): Promise<void> {
  const env = packageToolEnvironment()
  const child = await processes.start({ command, args, cwd: folder, env, logPath, timeoutMs: buildLimitMs })
  const tell = async () => {
    const last = lastLines(await readLog(logPath), 1)
    if (last !== '') onProgress(last.slice(0, 200))
  }
  const timer = setInterval(() => void tell(), progressMs)
  const { code, signal, reason } = await child.exited.finally(() => clearInterval(timer))
  await tell()
  if (code === 0) return
  const how = reason ?? (signal === null ? `exit code ${code}` : `signal ${signal}`)
  throw new Unbuildable(
    `the Python environment cannot be built (${how}):\n${lastLines(await readLog(logPath), tailLines)}`,
    'Correct the requirements and register the version again, or set serving.python to the interpreter of an environment that has them.',
  )
}

/** The interpreter of the version that is wanted, else the machine's own python3. */
async function lookForBase(processes: Processes, folder: string, minor: string | undefined): Promise<Base> {
  await mkdir(folder, { recursive: true })
  const script = 'import sys, venv, ensurepip; print(); print(sys.version.split()[0], sys.executable)'
  for (const command of [...(minor === undefined ? [] : [`python${minor}`]), 'python3', 'python']) {
    const logPath = join(folder, `.${command}.out`)
    await rm(logPath, { force: true })
    const spec = {
      command,
      args: ['-c', script],
      cwd: folder,
      env: packageToolEnvironment(),
      logPath,
      timeoutMs: 30_000,
    }
    const exit = await processes.start(spec).then(
      (child) => child.exited,
      () => undefined,
    )
    const [, version, path] = /^(3\.\S+) (\S.*)$/m.exec(await readLog(logPath)) ?? []
    if (exit?.code === 0 && version !== undefined && path !== undefined) return { version, path }
  }
  throw new Unbuildable(
    'there is no python3 with venv and pip on the PATH of the server',
    'Install Python 3, or set serving.python to the interpreter of an environment that has what the model needs.',
  )
}

/** `3.11` of `3.11.7`. */
function minorOf(python: string | undefined): string | undefined {
  return /^\d+\.\d+/.exec(python ?? '')?.[0]
}

function readLog(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}

function lastLines(text: string, count: number): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.slice(-count).join('\n')
}
