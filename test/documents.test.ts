/** Papers keep their form: decision pages and their index, the page of benchmarks, the changelog. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')

describe('decisions', () => {
  const pages = readdirSync(join(root, 'docs/decisions')).filter((file) => /^\d{3}-/.test(file))
  const sections = ['Context', 'Facts', 'Considered', 'Decision', 'Measured', 'Consequences']
  const head =
    /^# (\d{3}) ([\w`].*[^.:])\n\nStatus: ((?:accepted|deferred|superseded by \d{3}) · \d{4}-\d\d-\d\d)\n\n## Context\n/

  it.each(pages)('%s has the form that the index describes', (file) => {
    const text = textOf(`docs/decisions/${file}`)
    expect(head.exec(text)?.[1], 'number, title, status and date').toBe(file.slice(0, 3))
    const found = headingsOf(text, 2)
    expect(found).toEqual(sections.filter((name) => found.includes(name)))
    expect(found).toEqual(expect.arrayContaining(['Context', 'Decision', 'Consequences']))
  })

  it('are all in the index, each number once', () => {
    const rows = textOf('docs/decisions/README.md').matchAll(
      /^\| \[(\d{3})\]\((.+)\) \| (.+) \| (.+) \| (\S+) \| \S.+ \|$/gm,
    )
    const listed = [...rows].map(([, number, file, title, status, date]) => [
      file,
      number,
      title,
      `${status} · ${date}`,
    ])
    expect(listed).toEqual(pages.map((file) => [file, ...(head.exec(textOf(`docs/decisions/${file}`)) ?? []).slice(1)]))
    expect(new Set(listed.map(([, number]) => number)).size).toBe(pages.length)
  })
})

describe('benchmarks', () => {
  const text = textOf('bench/README.md')
  const parts = text.split(/^## /m).slice(1)

  it.each(parts.map((part) => [part.split('\n')[0], part]))(
    '%s says what it is, on what it ran, and its target',
    (_, part) => {
      expect(part).toMatch(/^.+\n\n`bench\/[\w-]+\.ts`; decisions? \[/)
      expect(part).toContain('\n| what | runs | machine | versions | date | load |\n')
      expect(part).toMatch(/^Targets?: /m)
    },
  )

  it('are all there, in the summary too', () => {
    const files = readdirSync(join(root, 'bench')).filter((file) => file.endsWith('.ts'))
    const named = parts.map((part) => /`bench\/([\w-]+\.ts)`/.exec(part)?.[1])
    expect(named.toSorted()).toEqual(files.toSorted())
    const linked = [...text.matchAll(/^\| \[(.+)\]\(#([\w-]+)\) \|/gm)].map(([, title, anchor]) => [title, anchor])
    expect(linked).toEqual(headingsOf(text, 2).map((title) => [title, title.toLowerCase().replaceAll(' ', '-')]))
  })
})

describe('the changelog', () => {
  const text = textOf('CHANGELOG.md')

  it('has versions with dates, the newest of which is that of the program', () => {
    const [unreleased, ...versions] = headingsOf(text, 2)
    expect(unreleased).toBe('Unreleased')
    for (const version of versions) expect(version).toMatch(/^\d+\.\d+\.\d+ · \d{4}-\d\d-\d\d$/)
    expect(versions[0]?.split(' ')[0]).toBe(JSON.parse(textOf('package.json')).version)
  })

  it('has the headings of Keep a Changelog', () => {
    const allowed = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security']
    expect(headingsOf(text, 3).filter((heading) => !allowed.includes(heading))).toEqual([])
  })
})

function headingsOf(text: string, level: number): string[] {
  return [...text.matchAll(new RegExp(`^${'#'.repeat(level)} (.+)$`, 'gm'))].map(([, heading = '']) => heading)
}

function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
