/** What is generated and committed says what the code says. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generatedFiles } from '../scripts/generated-files.ts'

const parts = Object.entries(await generatedFiles())

describe.each(parts)('generated files of %s', (_part, files) => {
  it.each([...files])('%s is what the operations say; if not, run node scripts/generate.ts', (path, text) => {
    expect(existsSync(path) ? readFileSync(path, 'utf8') : '').toBe(text)
  })
})

it('leaves no generated file of the SDK behind that nothing generates', () => {
  const known = new Set(parts.flatMap(([, files]) => [...files.keys()]))
  const found = readdirSync('src/sdk').filter((name) => name.endsWith('.generated.ts'))
  expect(found.filter((name) => !known.has(`src/sdk/${name}`))).toEqual([])
})
