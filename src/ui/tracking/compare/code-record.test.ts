import { describe, expect, it } from 'vitest'
import { differences, factsOf, fileChanges, patchFiles, readEnvironment } from './code-record.ts'

const part = (path: string, line: string) =>
  `diff --git a/${path} b/${path}\nindex 1..2 100644\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-old\n+${line}`

describe('the code of two runs', () => {
  it('is taken apart by file, with lines that look like headers inside', () => {
    const patch = `${part('a.py', 'diff --git is a word')}\n${part('with space/b.py', '1')}\n`
    expect([...patchFiles(patch).keys()]).toEqual(['a.py', 'with space/b.py'])
    expect(patchFiles(patch).get('a.py')).toBe(part('a.py', 'diff --git is a word'))
    expect(patchFiles('').size).toBe(0)
  })

  it('differs where one side has another change, which comes first', () => {
    const left = [part('a.py', '1'), part('b.py', '1')].join('\n')
    const right = [part('a.py', '1'), part('b.py', '2'), part('c.py', '3')].join('\n')
    expect(fileChanges(left, right).map(({ path, left: one, right: two }) => [path, one === two])).toEqual([
      ['b.py', false],
      ['c.py', false],
      ['a.py', true],
    ])
    expect(fileChanges(undefined, part('a.py', '1'))).toEqual([
      { path: 'a.py', left: undefined, right: part('a.py', '1') },
    ])
  })

  it('reads records, and bears what is none', () => {
    const record = {
      machine: { host: 'h', processorCount: 2, accelerators: ['A', 'B'] },
      interpreter: { name: 'python', version: '3.12', packages: { numpy: '2' } },
    }
    expect(factsOf(readEnvironment(JSON.stringify(record)))).toEqual({
      host: 'h',
      processorCount: '2',
      accelerators: 'A, B',
      python: '3.12',
    })
    expect([readEnvironment('{'), readEnvironment('null'), readEnvironment(undefined)]).toEqual([{}, {}, {}])
  })

  it('counts what is equal and shows what is not', () => {
    expect(differences({ numpy: '2.0', torch: '2.9' }, { numpy: '2.1', scipy: '1', torch: '2.9' })).toEqual({
      rows: [
        { label: 'numpy', left: '2.0', right: '2.1' },
        { label: 'scipy', left: undefined, right: '1' },
      ],
      equalCount: 1,
    })
  })
})
