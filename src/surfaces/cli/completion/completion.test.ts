import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildTree } from '../command-tree.ts'
import type { Manifest } from '../manifest.ts'
import { completionTable } from './completion-table.ts'
import { scripts } from './scripts.ts'

const call = { method: 'GET', path: '/', summary: "It's a: thing.", examples: [] } as const
const manifest: Manifest = {
  settings: [],
  operations: [
    { ...call, name: 'boats.list', words: ['boats', 'list'], args: [], fields: [{ name: 'minTons', kind: 'number' }] },
    {
      ...call,
      name: 'boats.crew.add',
      words: ['boats', 'crew', 'add'],
      args: ['boat'],
      fields: [
        { name: 'boat', kind: 'text', isRequired: true },
        { name: 'rank', kind: 'text', choices: ['captain', 'cook'] },
      ],
    },
    {
      ...call,
      name: 'shells',
      words: ['shells'],
      args: ['shell'],
      fields: [{ name: 'shell', kind: 'text', choices: ['bash', 'zsh'] }],
    },
  ],
}
const table = completionTable(buildTree(manifest, []))

/** What real bash offers behind this line; the cursor stands in the last word. */
function complete(...words: string[]): string[] {
  const driver = `source "$1/completion.bash"; shift; COMP_WORDS=(slipway "$@"); COMP_CWORD=$#; _slipway; printf '%s\\n' "\${COMPREPLY[@]}"`
  const out = execFileSync('bash', ['-euc', driver, 'bash', folder, ...words], { encoding: 'utf8' })
  return out.split('\n').filter((line) => line !== '')
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-completion-'))
  writeFileSync(join(folder, 'completion.bash'), scripts.bash?.(table) ?? '')
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('bash completion', () => {
  it('offers commands, then their commands, then flags', () => {
    expect(complete('')).toEqual(['boats', 'shells'])
    expect(complete('bo')).toEqual(['boats'])
    expect(complete('boats', '')).toEqual(['list', 'crew'])
    expect(complete('boats', 'list', '--m')).toEqual(['--min-tons'])
    expect(complete('boats', 'list', '--')).toEqual(['--min-tons', '--json', '--url', '--help'])
  })

  it('looks past arguments and flags to the command they belong to', () => {
    expect(complete('boats', 'crew', 'add', 'Fram', '--r')).toEqual(['--rank'])
    expect(complete('boats', 'crew', 'add', '--rank', '')).toEqual(['captain', 'cook'])
    expect(complete('boats', 'crew', 'add', 'Fram', '--rank', 'co')).toEqual(['cook'])
  })

  it('offers the values that an argument may take', () => {
    expect(complete('shells', '')).toEqual(['bash', 'zsh'])
  })
})

describe('completion for other shells', () => {
  // These shells may not be on the machine: what can be checked without them is that quotes are closed and rows are there.
  it('names every command, flag and choice with its text quoted', () => {
    expect(scripts.zsh?.(table)).toContain(`'boats crew add') suggestions=(); flags=('--rank:'`)
    expect(scripts.zsh?.(table)).toContain(`'list:It'\\''s a\\: thing.'`)
    expect(scripts.fish?.(table)).toContain(
      `complete -c slipway -n '__slipway_at \\'boats\\'' -a 'list' -d 'It\\'s a: thing.'`,
    )
    expect(scripts.fish?.(table)).toContain(`-l rank -x -a 'captain cook'`)
  })
})
