import { describe, expect, it } from 'vitest'
import { pathProblem, pathProblems } from './file-path.ts'

describe('the path of a file', () => {
  it('may be what people name files', () => {
    for (const path of [
      'a',
      'a/b/c.txt',
      '.hidden/..file',
      '...',
      'with space',
      '100%',
      '%41',
      'Ünïcödé/文件/😀',
      'ab:c',
      'C',
      'x'.repeat(255),
      `${'d/'.repeat(500)}f`,
    ]) {
      expect(pathProblem(path), path).toBeUndefined()
    }
  })

  it('never climbs, is never absolute, and has one spelling', () => {
    const bad: Record<string, RegExp> = {
      '': /empty/,
      '/': /absolute/,
      '/etc/passwd': /absolute/,
      'C:/x': /absolute/,
      'c:': /absolute/,
      // Relative to another drive, on Windows.
      'c:x': /absolute/,
      '..': /climb/,
      '../x': /climb/,
      'a/../b': /climb/,
      'a/..': /climb/,
      './a': /climb/,
      'a/./b': /climb/,
      'a//b': /empty part/,
      'a/': /empty part/,
      'a\\b': /backslash/,
      'a\0b': /control/,
      'a\nb': /control/,
      'a\u007f': /control/,
      '%2e%2e/x': /encoded/,
      '%2E%2e': /encoded/,
      '.%2e/x': /encoded/,
      'a%2fb': /encoded/,
      'a%5Cb': /encoded/,
      'a%00': /encoded/,
      'a\ud800b': /Unicode/,
      [`${'x'.repeat(256)}`]: /longer than 255/,
      [`${'é'.repeat(128)}`]: /longer than 255/,
      [`${'d/'.repeat(512)}f`]: /longer than 1024/,
    }
    for (const [path, problem] of Object.entries(bad)) expect(pathProblem(path), JSON.stringify(path)).toMatch(problem)
  })

  it('is not another file or its folder', () => {
    const problems = (...paths: string[]) => pathProblems(paths.map((path) => ({ path }))).map((one) => one.path)
    expect(problems('a', 'b/c', 'b/d', 'a.b', 'ab/c')).toEqual([])
    expect(problems('a', 'b', 'a')).toEqual(['files[2].path'])
    expect(problems('a/b/c', 'a')).toEqual(['files[0].path'])
    expect(problems('a/b', 'a/b/c/d')).toEqual(['files[1].path'])
  })
})
