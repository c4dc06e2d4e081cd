import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export interface OwnFolders {
  /** Variables for every process of the run. */
  readonly environment: Readonly<Record<string, string>>
  /** Removes the folders; answers what should not have been there any more: files in the temporary one, and processes. */
  remove(): Promise<string[]>
}

/** Temporary, home and cache folders for one run of tests, which nobody else may enter: no test leans on what a machine has. */
export async function makeOwnFolders(): Promise<OwnFolders> {
  // Short names: the paths of sockets are limited to about a hundred characters.
  const place = await mkdtemp(join(tmpdir(), 'slipway-'))
  const [temporary, home] = [join(place, 't'), join(place, 'home')]
  await mkdir(temporary)
  await mkdir(home)
  return {
    environment: {
      TMPDIR: temporary,
      HOME: home,
      XDG_CACHE_HOME: join(home, '.cache'),
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_DATA_HOME: join(home, '.local', 'share'),
      XDG_STATE_HOME: join(home, '.local', 'state'),
      XDG_RUNTIME_DIR: join(home, '.run'),
      // For what tests open in their own process.
      ORT_DISABLE_TELEMETRY: '1',
      // Compiled code is kept between the servers that tests start: each takes half the time.
      NODE_COMPILE_CACHE: join(place, 'compiled'),
    },
    remove: async () => {
      const processes = await processesOf(temporary)
      const files = (await readdir(temporary)).map((name) => join(temporary, name))
      await rm(place, { recursive: true, force: true, maxRetries: 5 })
      return [...files, ...processes]
    },
  }
}

/** Processes that were started with this temporary folder and do not end, without this one's own children. */
async function processesOf(temporary: string): Promise<string[]> {
  if (process.platform !== 'linux') return []
  let found: string[] = []
  for (let turn = 0; turn < 50; turn++) {
    const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
    found = (await Promise.all(ids.map((id) => describeProcess(id, temporary)))).filter((line) => line !== undefined)
    if (found.length === 0) break
    await delay(100)
  }
  return found
}

async function describeProcess(id: string, temporary: string): Promise<string | undefined> {
  const read = (file: string) => readFile(join('/proc', id, file), 'utf8').catch(() => '')
  const [environment, status, command] = await Promise.all(['environ', 'status', 'cmdline'].map(read))
  const isOurs = environment?.split('\0').includes(`TMPDIR=${temporary}`)
  const isChild = status?.includes(`\nPPid:\t${process.pid}\n`)
  return isOurs && !isChild ? `process ${id}: ${command?.split('\0').join(' ')}` : undefined
}
