import type { Span } from '../ground/wire.ts'

/** A span at its place in the waterfall. */
export interface PlacedSpan {
  readonly span: Span
  /** Steps between it and the root. */
  readonly depth: number
  /** Milliseconds since 1970 with their fraction, relative to the first span's begin. */
  readonly startMs: number
  /** Absent while it runs. */
  readonly endMs: number | undefined
}

/** Spans in the order of their tree, each before its children and those by their begin. A span whose parent is missing is a root. */
export function placeSpans(spans: readonly Span[]): readonly PlacedSpan[] {
  const ids = new Set(spans.map((span) => span.id))
  const byParent = Map.groupBy(spans, ({ id, parentId }) =>
    parentId !== undefined && parentId !== id && ids.has(parentId) ? parentId : '',
  )
  const first = spans.reduce<bigint | undefined>((least, { startNs }) => {
    const start = BigInt(startNs)
    return least === undefined || start < least ? start : least
  }, undefined)
  const since = (ns: string) => Number(BigInt(ns) - (first ?? 0n)) / 1e6
  const placed: PlacedSpan[] = []
  // A stack and not a recursion: a trace may be deeper than the stack of calls.
  const waiting = (byParent.get('') ?? []).map((span) => ({ span, depth: 0 })).reverse()
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { span, depth } = next
    placed.push({
      ...next,
      startMs: since(span.startNs),
      endMs: span.endNs === undefined ? undefined : since(span.endNs),
    })
    for (const child of (byParent.get(span.id) ?? []).toReversed()) waiting.push({ span: child, depth: depth + 1 })
  }
  return placed
}

/** Where instrumentations put what went in and what came out, in order of preference. */
const inputKeys = ['mlflow.spanInputs', 'input.value', 'gen_ai.input.messages', 'gen_ai.prompt']
const outputKeys = ['mlflow.spanOutputs', 'output.value', 'gen_ai.output.messages', 'gen_ai.completion']
const typeKeys = ['mlflow.spanType', 'openinference.span.kind', 'gen_ai.operation.name']

export interface SpanParts {
  readonly type: string | undefined
  readonly inputs: unknown
  readonly outputs: unknown
  /** The attributes that are none of these. */
  readonly rest: Readonly<Record<string, unknown>>
}

export function partsOf({ attributes }: Span): SpanParts {
  const keyOf = (keys: readonly string[]) => keys.find((key) => attributes[key] !== undefined)
  const [type, inputs, outputs] = [keyOf(typeKeys), keyOf(inputKeys), keyOf(outputKeys)]
  const shown = new Set([type, inputs, outputs])
  return {
    type: type === undefined ? undefined : String(attributes[type]),
    inputs: inputs === undefined ? undefined : opened(attributes[inputs]),
    outputs: outputs === undefined ? undefined : opened(attributes[outputs]),
    rest: Object.fromEntries(Object.entries(attributes).filter(([key]) => !shown.has(key))),
  }
}

/** Some instrumentations write JSON into a text: it is shown as what it is. */
function opened(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}
