import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../testing/temporary-folder.ts'

const run = promisify(execFile)
const loader = pathToFileURL(join(import.meta.dirname, 'step-loader.ts')).href

/** Runs a script in an empty folder far from this repository, as a step runs from a snapshot. */
async function runAway(script: string, env: Record<string, string> = {}, packages: Record<string, string> = {}) {
  const folder = await temporaryFolder()
  for (const [name, code] of Object.entries(packages)) {
    const home = join(folder, name)
    await mkdir(home, { recursive: true })
    await writeFile(join(home, 'package.json'), JSON.stringify({ name, type: 'module', exports: './index.js' }))
    await writeFile(join(home, 'index.js'), code)
  }
  const variables = Object.entries(env).map(([key, value]) => [key, value.replace('<folder>', folder)])
  await mkdir(join(folder, 'work'))
  await writeFile(join(folder, 'work', 'script.mjs'), script)
  const options = { env: { NODE_OPTIONS: `--import=${loader}`, ...Object.fromEntries(variables) } }
  return run(process.execPath, [join(folder, 'work', 'script.mjs')], options)
}

describe('step loader', () => {
  it('gives a step far away slipway/step and the packages that came with Slipway', async () => {
    const script = `
      import { step } from 'slipway/step'
      import { z } from 'zod'
      console.log(typeof step, z.string().parse('read'))`
    expect((await runAway(script)).stdout).toBe('function read\n')
  })

  it('prefers what the step has beside it, then NODE_PATH', async () => {
    const packages = {
      'node_modules/zod': 'export const z = "mine"',
      'elsewhere/node_modules/only': 'export default "found"',
    }
    const script = `import { z } from 'zod'\nimport only from 'only'\nconsole.log(z, only)`
    const { stdout } = await runAway(script, { NODE_PATH: '<folder>/elsewhere/node_modules' }, packages)
    expect(stdout).toBe('mine found\n')
  })

  it('names the package and the script when it is nowhere', async () => {
    await expect(runAway(`import 'no-such-package'`)).rejects.toMatchObject({
      stderr: expect.stringMatching(/Cannot find package 'no-such-package' imported from .*work\/script\.mjs/),
    })
  })
})
