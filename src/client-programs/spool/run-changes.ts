import { canonicalJson } from '../../kernel/json.ts'
import type { RunBundle, RunsBundlePutInput } from '../../sdk/index.ts'

export type RunBundleChanges = Omit<RunsBundlePutInput, 'runId' | 'experiment'>
type Model = RunBundle['models'][number]

/** What is new in a run since the server has acknowledged it; empty when nothing is. Status and end are not among it. */
export function changesOf(before: RunBundle | undefined, now: RunBundle): RunBundleChanges {
  const { name, startedAt, parentRunId, source } = now
  const facts = before === undefined ? { source } : {}
  return {
    ...facts,
    ...(before?.name === name ? {} : { name }),
    ...(before?.startedAt === startedAt ? {} : { startedAt }),
    ...(parentRunId === undefined || before?.parentRunId === parentRunId ? {} : { parentRunId }),
    ...some('params', changedPairs(before?.params, now.params)),
    ...some('tags', { ...changedPairs(before?.tags, now.tags), ...removedKeys(before?.tags, now.tags) }),
    ...someOf('inputs', newItems(before?.inputs, now.inputs).map(withoutVersion)),
    // Registered versions get their ids from the server that numbers them.
    ...someOf(
      'outputs',
      newItems(before?.outputs, now.outputs).filter(({ modelId }) => !modelId.startsWith('mdv_')),
    ),
    ...someOf('files', newItems(before?.files, now.files)),
    ...someOf('models', newModels(before?.models, now.models)),
  }
}

/** True when status or end are others than the server has acknowledged. */
export function hasNewEnd(before: RunBundle | undefined, now: RunBundle): boolean {
  return before?.status !== now.status || before.endedAt !== now.endedAt
}

function changedPairs(before: Readonly<Record<string, string>> = {}, now: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(now).filter(([key, value]) => before[key] !== value))
}

function removedKeys(before: Readonly<Record<string, string>> = {}, now: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.keys(before).flatMap((key) => (key in now ? [] : [[key, null]])))
}

function newItems<Item>(before: readonly Item[] = [], now: readonly Item[]): Item[] {
  const known = new Set(before.map(canonicalJson))
  return now.filter((item) => !known.has(canonicalJson(item)))
}

/** A changed model goes whole, because that is simple, but its files only when they are new. */
function newModels(before: readonly Model[] = [], now: readonly Model[]): Model[] {
  const byId = new Map(before.map((model) => [model.id, model]))
  return newItems(before, now).map((model) => ({ ...model, files: newItems(byId.get(model.id)?.files, model.files) }))
}

/** The dataset version is one of the spool; what it was is in name, digest and source. */
function withoutVersion({ datasetVersionId: _, ...input }: RunBundle['inputs'][number]): RunBundle['inputs'][number] {
  return input
}

const some = <Key extends string, Value extends object>(key: Key, value: Value) =>
  (Object.keys(value).length === 0 ? {} : { [key]: value }) as { [key in Key]?: Value }
const someOf = <Key extends string, Item>(key: Key, items: readonly Item[]) =>
  (items.length === 0 ? {} : { [key]: items }) as { [key in Key]?: Item[] }

const bulky = ['params', 'tags', 'inputs', 'outputs', 'files', 'models'] as const
const mostInPiece = 1000

/** Cuts changes so that no request is much larger than this, nor names more than 1,000 things. */
export function cutChanges(changes: RunBundleChanges, limitBytes = 2 << 20): RunBundleChanges[] {
  const names: readonly string[] = bulky
  const facts = Object.fromEntries(Object.entries(changes).filter(([name]) => !names.includes(name)))
  let piece: Record<string, unknown[] | Record<string, unknown>> = {}
  const pieces = [piece]
  let [bytes, count] = [0, 0]
  for (const name of bulky) {
    const whole = changes[name] ?? {}
    for (const [key, value] of Object.entries(whole)) {
      const size = key.length + JSON.stringify(value).length
      if (count > 0 && (bytes + size > limitBytes || count === mostInPiece)) {
        piece = {}
        pieces.push(piece)
        bytes = count = 0
      }
      bytes += size
      count++
      const part = piece[name] ?? (Array.isArray(whole) ? [] : {})
      piece[name] = part
      if (Array.isArray(part)) part.push(value)
      else part[key] = value
    }
  }
  return pieces.map((each, at) => (at === 0 ? { ...facts, ...each } : each))
}
