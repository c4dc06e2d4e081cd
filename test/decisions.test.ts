/** Decision pages have one form, and the index lists them all (docs/decisions/README.md says how a page looks). */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const folder = resolve(import.meta.dirname, '../docs/decisions')
const pages = readdirSync(folder).filter((file) => /^\d{3}-/.test(file))
const sections = ['Context', 'Facts', 'Considered', 'Decision', 'Measured', 'Consequences']

it.each(pages)('%s has the form of a decision', (file) => {
  const text = textOf(file)
  const [, number, title] =
    /^# (\d{3}) (\S.+)\n\nStatus: (?:accepted|deferred|superseded by \d{3}) · \d{4}-\d\d-\d\d\n\n## Context\n/.exec(
      text,
    ) ?? []
  expect(number, 'number, title, status, date, Context').toBe(file.slice(0, 3))
  expect(title).not.toMatch(/^[^\w`]|[.:]$/)
  const found = [...text.matchAll(/^## (.+)$/gm)].map(([, name = '']) => name)
  expect(found).toEqual(sections.filter((name) => found.includes(name)))
  expect(found).toEqual(expect.arrayContaining(['Context', 'Decision', 'Consequences']))
})

it('the index lists every page with its title, status and date', () => {
  const rows = [...textOf('README.md').matchAll(/^\| \[(\d{3})\]\((.+)\) \| (.+) \| (.+) \| (\S+) \| \S.+ \|$/gm)]
  const listed = rows.map(([, number, file, title, status, date]) => [
    file,
    `# ${number} ${title}`,
    `Status: ${status} · ${date}`,
  ])
  expect(listed).toEqual(
    pages.map((file) => [
      file,
      ...textOf(file)
        .split('\n', 3)
        .filter((line) => line !== ''),
    ]),
  )
})

it('no number is given twice', () => {
  const numbers = pages.map((file) => file.slice(0, 3))
  expect(numbers).toEqual([...new Set(numbers)])
})

function textOf(file: string): string {
  return readFileSync(join(folder, file), 'utf8')
}
