export interface DiffLine {
  readonly change: 'added' | 'removed' | 'same'
  readonly text: string
}

/**
 * The shortest way from one text to another in whole lines (longest common subsequence). Equal begins and ends are cut
 * off first, so the quadratic part sees only what changed; beyond 4 million cells the middle counts as replaced.
 */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let end = 0
  const room = Math.min(before.length, after.length) - start
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1
  const middle = diffMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end))
  return [...before.slice(0, start).map(same), ...middle, ...before.slice(before.length - end).map(same)]
}

function diffMiddle(before: readonly string[], after: readonly string[]): DiffLine[] {
  if (before.length * after.length > 4_000_000) return [...before.map(removed), ...after.map(added)]
  const width = after.length + 1
  const lengths = new Uint32Array((before.length + 1) * width)
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const result: DiffLine[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    const [left, right] = [before[i], after[j]]
    if (left !== undefined && left === right) {
      result.push(same(left))
      i += 1
      j += 1
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      result.push(removed(left))
      i += 1
    } else {
      result.push(added(right ?? ''))
      j += 1
    }
  }
  return result
}

const same = (text: string): DiffLine => ({ change: 'same', text })
const added = (text: string): DiffLine => ({ change: 'added', text })
const removed = (text: string): DiffLine => ({ change: 'removed', text })
