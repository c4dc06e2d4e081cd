import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { segmentName } from '../../inference/record.ts'
import { decodeRecords } from '../../inference/record-lines.ts'
import { createRecorder } from './recorder.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-recorder-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const failure = { kind: 'failed', deployment: 'demo', variant: 'v1', at: 1, count: 1 } as const

function open(given: { segmentBytes: number; limitBytes?: number; now?: () => number }) {
  return createRecorder({ folder, worker: 0, limitBytes: 1_000_000, onWritten: () => {}, now: () => 2, ...given })
}

async function recorded(number: number) {
  const text = await readFile(join(folder, segmentName(0, number)), 'utf8')
  return text.trimEnd().split('\n').flatMap(decodeRecords)
}

it('lets predictions go on when the disk has no room for what they leave', async () => {
  const recorder = open({ segmentBytes: 10 })
  await symlink('/dev/full', join(folder, segmentName(0, 2)))
  recorder.add(failure)
  recorder.flush()
  for (let turn = 0; turn < 3; turn++) {
    recorder.add(failure)
    recorder.flush()
  }
  recorder.count({ deployment: 'demo', variant: 'v1', rows: 1, latencyUs: 5 })
  recorder.close()
  expect(await recorded(1)).toEqual([failure])
})

it('counts what it has no room for, and finds the room that was made a moment later', async () => {
  let now = 0
  // The first line fills its segment, and the limit with it.
  const recorder = open({ segmentBytes: 10, limitBytes: 11, now: () => now })
  const write = () => {
    recorder.add(failure)
    recorder.flush()
  }
  for (let turn = 0; turn < 3; turn++) write()
  await rm(join(folder, segmentName(0, 1)))
  now = 99
  write()
  now = 100
  write()
  recorder.close()
  const dropped = { kind: 'dropped', deployment: 'demo', variant: 'v1', at: 100, count: 3 }
  expect(await recorded(2)).toEqual([failure, dropped])
})

it('stays in its segment when another cannot be made', async () => {
  const recorder = open({ segmentBytes: 10 })
  await symlink(join(folder, 'missing', 'folder'), join(folder, segmentName(0, 2)))
  for (let turn = 0; turn < 3; turn++) {
    recorder.add(failure)
    recorder.flush()
  }
  recorder.close()
  expect(await recorded(1)).toEqual([failure, failure, failure])
})

it('keeps what it kept when a full disk cuts off a line (needs the right to mount)', async ({ skip }) => {
  const mount = (...options: string[]) => spawnSync('mount', [...options, 'tmpfs', folder]).status === 0
  skip(!mount('-t', 'tmpfs', '-o', 'size=64k'))
  try {
    const recorder = open({ segmentBytes: 1_000_000 })
    const write = (variant: string) => {
      recorder.add({ ...failure, variant })
      recorder.flush()
    }
    for (let turn = 0; turn < 20; turn++) write(`${turn}-${'x'.repeat(6_000)}`)
    const kept = await recorded(1)
    expect(mount('-o', 'remount,size=1m')).toBe(true)
    write('after')
    recorder.close()
    const read = await recorded(1)
    // 64 kB are ten lines and most of an eleventh.
    expect(kept).toHaveLength(10)
    expect(read.slice(0, 11)).toEqual([...kept, { ...failure, variant: 'after' }])
    expect(read.slice(11).map(({ kind }) => kind)).toEqual(Array(10).fill('dropped'))
  } finally {
    spawnSync('umount', [folder])
  }
})
