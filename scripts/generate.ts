/**
 * Writes what is derived from the operations: `node scripts/generate.ts sdk cli docs`. The results are committed, so that a
 * review shows what a change means outside; `test/generated.test.ts` fails when they are stale.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generatedFiles } from './generated-files.ts'

const wanted = process.argv.slice(2)
for (const [part, files] of Object.entries(await generatedFiles())) {
  if (wanted.length > 0 && !wanted.includes(part)) continue
  if (part === 'sdk') removeStale('src/sdk')
  for (const [path, text] of files) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  console.log(`${part}: ${files.size} files`)
}

function removeStale(folder: string): void {
  for (const name of readdirSync(folder)) if (name.endsWith('.generated.ts')) rmSync(join(folder, name))
}
