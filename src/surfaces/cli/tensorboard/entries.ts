/** What an event means for a run: points of metrics, files, parameters, an end. Pure. */
import { createHash } from 'node:crypto'
import type { Histogram, SummaryValue, TrainingEvent } from './event.ts'
import { readSession } from './hparams.ts'

export interface Point {
  readonly key: string
  readonly value: number | 'NaN' | 'Infinity' | '-Infinity'
  readonly step: number
  readonly timestamp: number
}

export type Entry =
  | { readonly kind: 'point'; readonly point: Point }
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Buffer }
  | { readonly kind: 'params'; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'end'; readonly status: 'FINISHED' | 'FAILED' }

/** Only the first value of a tag says which plugin it is for: `plugins` remembers it, by tag. */
export function entriesOf(event: TrainingEvent, plugins: Map<string, string>): Entry[] {
  return event.values.flatMap((value) => {
    if (value.plugin !== undefined) plugins.set(value.tag, value.plugin)
    return entriesOfValue(event, value, plugins.get(value.tag))
  })
}

function entriesOfValue(event: TrainingEvent, value: SummaryValue, plugin: string | undefined): Entry[] {
  const { tag, number, image, histogram, tensor } = value
  if (plugin === 'hparams') return value.pluginContent === undefined ? [] : sessionEntries(value.pluginContent)
  if (number !== undefined) return [pointEntry(event, tag, number)]
  if (image !== undefined) return [imageEntry(event, tag, image)]
  if (histogram !== undefined) return histogramEntries(event, tag, histogram)
  if (tensor === undefined) return []
  // Width and height come first, as texts.
  if (plugin === 'images') return tensor.strings.slice(2).map((bytes) => imageEntry(event, tag, bytes))
  if (plugin === 'histograms') return histogramEntries(event, tag, fromBuckets(tensor.numbers))
  if (tensor.strings.length > 0) return [textEntry(event, tag, tensor.strings)]
  const [only, ...others] = tensor.numbers
  const isScalar = only !== undefined && others.length === 0 && (plugin === undefined || plugin === 'scalars')
  return isScalar ? [pointEntry(event, tag, only)] : []
}

function sessionEntries(content: Buffer): Entry[] {
  const session = readSession(content)
  if (session === undefined) return []
  const { params, end } = session
  const entries: Entry[] = Object.keys(params).length === 0 ? [] : [{ kind: 'params', params: cleanKeys(params) }]
  return end === undefined ? entries : [...entries, { kind: 'end', status: end }]
}

function cleanKeys(params: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [keyOf(key), value.slice(0, 6000)]))
}

export const timestampOf = (event: Pick<TrainingEvent, 'wallTime'>) => Math.round(event.wallTime * 1000)

function pointEntry(event: TrainingEvent, tag: string, number: number): Entry {
  const value = Number.isFinite(number) ? number : Number.isNaN(number) ? 'NaN' : number > 0 ? 'Infinity' : '-Infinity'
  return { kind: 'point', point: { key: keyOf(tag), value, step: event.step, timestamp: timestampOf(event) } }
}

/** A distribution is kept as what can be drawn over steps. */
function histogramEntries(event: TrainingEvent, tag: string, histogram: Histogram): Entry[] {
  const { min, max, count, sum, sumOfSquares } = histogram
  if (count === 0) return []
  const mean = sum / count
  const deviation = Math.sqrt(Math.max(0, sumOfSquares / count - mean * mean))
  const parts = { min, max, mean, stddev: deviation }
  return Object.entries(parts).map(([name, value]) => pointEntry(event, `${tag}/${name}`, value))
}

/** Rows of left edge, right edge and count; each bucket is taken to lie in its middle. */
function fromBuckets(numbers: readonly number[]): Histogram {
  const total = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, count: 0, sum: 0, sumOfSquares: 0 }
  for (let at = 0; at + 2 < numbers.length; at += 3) {
    const [left = 0, right = 0, count = 0] = numbers.slice(at, at + 3)
    if (count === 0) continue
    const middle = (left + right) / 2
    total.min = Math.min(total.min, left)
    total.max = Math.max(total.max, right)
    total.count += count
    total.sum += count * middle
    total.sumOfSquares += count * middle * middle
  }
  return total
}

/** The name under which images that were logged at a step are kept: key, step, time, and an id, which is of their bytes. */
function imageEntry(event: TrainingEvent, tag: string, bytes: Buffer): Entry {
  const id = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  const name = keyOf(tag).replaceAll('/', '#')
  const path = `images/${name}+step+${event.step}+timestamp+${timestampOf(event)}+${id}.${extensionOf(bytes)}`
  return { kind: 'file', path, bytes }
}

function extensionOf(bytes: Buffer): string {
  if (bytes.subarray(1, 4).toString('latin1') === 'PNG') return 'png'
  if (bytes.subarray(0, 3).toString('latin1') === 'GIF') return 'gif'
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? 'jpg' : 'bin'
}

function textEntry(event: TrainingEvent, tag: string, texts: readonly Buffer[]): Entry {
  const path = `text/${keyOf(tag)}/${event.step}.md`
  return { kind: 'file', path, bytes: Buffer.from(texts.map((text) => text.toString('utf8')).join('\n\n')) }
}

/** A tag as a key of ours: letters, digits, `_ - . space : /`, and a plain relative path. */
export function keyOf(tag: string): string {
  const parts = tag.replace(/[^/\w.\- :]/g, '_').split('/')
  const key = parts.filter((part) => part !== '' && part !== '.' && part !== '..').join('/')
  return key === '' ? '_' : key.slice(0, 250).replace(/\/$/, '')
}
