/** Error codes are defined once, each is thrown somewhere, and each has its line in the reference. */
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const sources = globSync('src/**/*.{ts,tsx}', { cwd: root, exclude: ['src/testing/**', 'src/**/*.generated.ts'] })
  .filter((path) => !/\.test\.tsx?$/.test(path))
  .map((path) => readFileSync(join(root, path), 'utf8'))

/** Every code, with the name of the table that defines it. */
const codes = sources.flatMap((text) =>
  [...text.matchAll(/^export const (\w+) = defineErrors\(\{$(.*?)^\}\)$/gms)].flatMap(([, table = '', rows = '']) =>
    [...rows.matchAll(/^ {2}([a-z]\w+): \[/gm)].map(([, code = '']) => ({ table, code })),
  ),
)

it('has read the tables', () => {
  expect(codes.length).toBeGreaterThan(200)
  expect(codes).toContainEqual({ table: 'kernelErrors', code: 'invalid_input' })
})

it('no code is defined twice', () => {
  const seen = codes.map(({ code }) => code)
  expect(seen.filter((code, index) => seen.indexOf(code) !== index)).toEqual([])
})

it('every code is thrown somewhere', () => {
  const isMade = ({ table, code }: (typeof codes)[number]) =>
    sources.some(
      (text) =>
        new RegExp(`\\b${table}\\.${code}\\b`).test(text) || (text.includes(`${table}[`) && text.includes(`'${code}'`)),
    )
  expect(codes.filter((code) => !isMade(code))).toEqual([])
})

it('the reference lists every code and no other', () => {
  const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8')
  const listed = [...page.matchAll(/<a id="(\w+)"><\/a>/g)].map(([, code = '']) => code)
  expect(listed.toSorted()).toEqual(codes.map(({ code }) => code).toSorted())
})
