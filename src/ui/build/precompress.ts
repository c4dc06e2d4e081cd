import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const brotli = promisify(brotliCompress)
const zip = promisify(gzip)

/** Writes `.br` and `.gz` beside every text file of the build, so that the server sends bytes and never compresses. */
export function precompress(): Plugin {
  let outDir = ''
  return {
    name: 'precompress',
    apply: 'build',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir)
    },
    async closeBundle() {
      const names = await readdir(outDir, { recursive: true })
      await Promise.all(
        names.filter((name) => /\.(js|css|html|svg|json)$/.test(name)).map((name) => compress(outDir, name)),
      )
    },
  }
}

async function compress(folder: string, name: string): Promise<void> {
  const path = join(folder, name)
  const bytes = await readFile(path)
  // Below one network packet compression only costs a header.
  if (bytes.length < 1400) return
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }
  const [small, compatible] = await Promise.all([brotli(bytes, quality), zip(bytes, { level: 9 })])
  await Promise.all([writeFile(`${path}.br`, small), writeFile(`${path}.gz`, compatible)])
}
