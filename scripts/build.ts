/** Builds what `npm pack` ships: the server, CLI and SDK as JavaScript in dist/, beside the web UI that set-up built. */
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'

for (const name of readdirSync('dist')) if (name !== 'ui') rmSync(`dist/${name}`, { recursive: true })
const { status } = spawnSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' })
process.exitCode = status ?? 1
