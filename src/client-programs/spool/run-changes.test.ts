import { describe, expect, it } from 'vitest'
import type { RunBundle } from '../../sdk/index.ts'
import { changesOf, cutChanges, hasNewEnd } from './run-changes.ts'

const digest = (letter: string) => letter.repeat(64)
const file = (path: string, letter: string) => ({ path, digest: digest(letter), sizeBytes: 1 })
const run: RunBundle = {
  id: 'run_1',
  experimentId: 'exp_1',
  name: 'first',
  status: 'RUNNING',
  lifecycle: 'active',
  startedAt: 1,
  source: {},
  metrics: [],
  params: { depth: '3' },
  tags: { team: 'risk', old: '1' },
  inputs: [],
  outputs: [{ modelId: 'mdv_1', step: 0 }],
  files: [file('a.txt', 'a')],
  models: [],
}

describe('what is new in a run', () => {
  it('is all of it at first, and nothing when nothing happened', () => {
    expect(changesOf(undefined, run)).toEqual({
      source: {},
      name: 'first',
      startedAt: 1,
      params: { depth: '3' },
      tags: { team: 'risk', old: '1' },
      files: [file('a.txt', 'a')],
    })
    expect(changesOf(run, run)).toEqual({})
  })

  it('is what changed, and not what somebody changed on the server since', () => {
    const now = {
      ...run,
      tags: { team: 'fraud' },
      params: { depth: '3', rate: '0.1' },
      files: [file('a.txt', 'b'), file('c.txt', 'c')],
    }
    expect(changesOf(run, now)).toEqual({
      params: { rate: '0.1' },
      tags: { team: 'fraud', old: null },
      files: [file('a.txt', 'b'), file('c.txt', 'c')],
    })
  })

  it('is an end only when it is another one', () => {
    const ended = { ...run, status: 'FINISHED', endedAt: 5 } as const
    expect([hasNewEnd(undefined, run), hasNewEnd(run, run), hasNewEnd(run, ended)]).toEqual([true, false, true])
    expect(hasNewEnd(ended, { ...ended, endedAt: 6 })).toBe(true)
  })

  it('goes in pieces that a server takes, and loses nothing on the way', () => {
    const files = Array.from({ length: 2500 }, (_, index) => file(`f${index}`, 'd'))
    const tags = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`t${index}`, 'x'.repeat(8000)]))
    const pieces = cutChanges({ name: 'big', tags, files }, 100_000)
    expect(pieces.length).toBeGreaterThan(4)
    expect(pieces.map((piece) => piece.name)).toEqual(['big', ...pieces.slice(1).map(() => undefined)])
    for (const piece of pieces) expect(JSON.stringify(piece).length).toBeLessThan(120_000)
    expect(Object.assign({}, ...pieces.map((piece) => piece.tags))).toEqual(tags)
    expect(pieces.flatMap((piece) => piece.files ?? [])).toEqual(files)
    expect(cutChanges({})).toEqual([{}])
  })
})
