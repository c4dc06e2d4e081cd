import type { ArtifactEntry } from '../../ground/wire.ts'
import { type Viewer, viewerOf } from '../artifacts/viewer.ts'

/** One picture, sound or video of a series, at a step. */
export interface MediaItem {
  readonly step: number
  readonly path: string
  readonly digest: string
  readonly viewer: Viewer
}

const shown = new Set<Viewer>(['image', 'video', 'audio'])

/** What clients call the images that they log with a step: `images/mask%step%3%timestamp%17…%….png`. */
const logged = /^(.*?)[%+]step[%+](\d+)[%+]timestamp[%+]\d+[%+].*\.(\w+)$/
/** The last number of a file's name: the 120 of `samples/mask_120.png`. */
const numbered = /(\d+)(?=[^\d/]*\.\w+$)/

/** Media of a run by name, each in order of its steps. A name without a number has one item, at step 0. */
export function mediaSeries(files: readonly ArtifactEntry[]): ReadonlyMap<string, readonly MediaItem[]> {
  const series = new Map<string, MediaItem[]>()
  for (const { path, digest, sizeBytes = 0 } of files) {
    const viewer = viewerOf(path, sizeBytes)
    // A smaller copy of an image that is there in full.
    if (digest === undefined || !shown.has(viewer) || /[%+]compressed\.\w+$/.test(path)) continue
    const { name, step } = nameOf(path)
    series.set(name, [...(series.get(name) ?? []), { step, path, digest, viewer }])
  }
  for (const items of series.values()) items.sort((a, b) => a.step - b.step)
  return new Map([...series].sort(([a], [b]) => a.localeCompare(b)))
}

function nameOf(path: string): { readonly name: string; readonly step: number } {
  const byClient = logged.exec(path)
  if (byClient !== null) return { name: (byClient[1] ?? '').replaceAll('#', '/'), step: Number(byClient[2]) }
  const number = numbered.exec(path)
  if (number === null) return { name: path, step: 0 }
  return { name: path.replace(numbered, '*'), step: Number(number[1]) }
}

/** What a series shows at a step: its newest item up to then. */
export function itemAt(items: readonly MediaItem[], step: number): MediaItem | undefined {
  return items.findLast((item) => item.step <= step)
}
