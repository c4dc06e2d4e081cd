/** Events and the summaries in them. Field numbers: tensorflow event.proto and summary.proto. */
import { WireReader } from '../../../platform/grpc/index.ts'
import { readTensor, type Tensor } from './tensor.ts'

export interface TrainingEvent {
  /** Seconds since 1970. */
  readonly wallTime: number
  readonly step: number
  readonly values: readonly SummaryValue[]
}

/** One value under a tag; which of the forms it has depends on the writer and its age. */
export interface SummaryValue {
  readonly tag: string
  readonly plugin?: string
  readonly pluginContent?: Buffer
  readonly number?: number
  readonly image?: Buffer
  readonly histogram?: Histogram
  readonly tensor?: Tensor
}

export interface Histogram {
  readonly min: number
  readonly max: number
  readonly count: number
  readonly sum: number
  readonly sumOfSquares: number
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export function readEvent(bytes: Buffer): TrainingEvent {
  const reader = new WireReader(bytes)
  let wallTime = 0
  let step = 0
  let values: SummaryValue[] = []
  while (reader.next()) {
    if (reader.field === 1) wallTime = reader.double()
    else if (reader.field === 2) step = reader.integer()
    else if (reader.field === 5) values = readSummary(reader.message())
    else reader.pass()
  }
  return { wallTime, step, values }
}

function readSummary(reader: WireReader): SummaryValue[] {
  const values: SummaryValue[] = []
  while (reader.next()) {
    if (reader.field === 1) values.push(readValue(reader.message()))
    else reader.pass()
  }
  return values
}

function readValue(reader: WireReader): SummaryValue {
  const value: Mutable<SummaryValue> = { tag: '' }
  while (reader.next()) {
    if (reader.field === 1) value.tag = reader.string()
    else if (reader.field === 2) value.number = reader.float()
    else if (reader.field === 4) value.image = readBytesField(reader.message(), 4)
    else if (reader.field === 5) value.histogram = readHistogram(reader.message())
    else if (reader.field === 8) value.tensor = readTensor(reader.message())
    else if (reader.field === 9) readMetadata(reader.message(), value)
    else reader.pass()
  }
  return value
}

function readMetadata(reader: WireReader, into: Mutable<SummaryValue>): void {
  while (reader.next()) {
    if (reader.field !== 1) reader.pass()
    else {
      const plugin = reader.message()
      while (plugin.next()) {
        if (plugin.field === 1) into.plugin = plugin.string()
        else if (plugin.field === 2) into.pluginContent = plugin.bytes()
        else plugin.pass()
      }
    }
  }
}

function readBytesField(reader: WireReader, field: number): Buffer {
  let bytes: Buffer = Buffer.alloc(0)
  while (reader.next()) {
    if (reader.field === field) bytes = reader.bytes()
    else reader.pass()
  }
  return bytes
}

const histogramFields = ['min', 'max', 'count', 'sum', 'sumOfSquares'] as const

function readHistogram(reader: WireReader): Histogram {
  const histogram: Mutable<Histogram> = { min: 0, max: 0, count: 0, sum: 0, sumOfSquares: 0 }
  while (reader.next()) {
    const name = histogramFields[reader.field - 1]
    if (name === undefined) reader.pass()
    else histogram[name] = reader.double()
  }
  return histogram
}
