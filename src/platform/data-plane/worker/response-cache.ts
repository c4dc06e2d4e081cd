import { createHash } from 'node:crypto'
import type { Tensor } from '../../inference/index.ts'

/**
 * Answers kept by content: the version's digest and the bytes of the inputs. Least recently used go first. Only for models
 * that answer the same input the same way, which the deployment says by asking for a cache.
 */
export interface ResponseCache {
  readonly limitBytes: number
  get(key: string): readonly Tensor[] | undefined
  set(key: string, outputs: readonly Tensor[]): void
}

/** What an entry costs beside its values: key, map, objects. */
const entryBytes = 400
/** One answer may take so large a part of the cache at most, so that it does not empty it. */
const largestShare = 1 / 8

export function createResponseCache(limitBytes: number): ResponseCache {
  const entries = new Map<string, { readonly outputs: readonly Tensor[]; readonly bytes: number }>()
  let held = 0

  return {
    limitBytes,
    get: (key) => {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      entries.delete(key)
      entries.set(key, entry)
      return entry.outputs
    },
    set: (key, outputs) => {
      const bytes = sizeOf(outputs)
      if (bytes > limitBytes * largestShare || entries.has(key)) return
      // A row cut from a run is a view on the whole run: its own copy lets the rest go.
      entries.set(key, { outputs: outputs.map((tensor) => ({ ...tensor, data: tensor.data.slice() })), bytes })
      held += bytes
      for (const [oldest, entry] of entries) {
        if (held <= limitBytes) break
        entries.delete(oldest)
        held -= entry.bytes
      }
    },
  }
}

/** Equal for requests that a version must answer alike: inputs in the model's order, values as bytes. */
export function cacheKey(digest: string, inputs: readonly Tensor[]): string {
  const hash = createHash('sha256').update(digest)
  for (const { shape, data } of inputs) {
    hash.update(`/${shape.join(',')}/`)
    if (Array.isArray(data)) hash.update(JSON.stringify(data))
    else hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.digest('base64')
}

function sizeOf(outputs: readonly Tensor[]): number {
  let bytes = entryBytes
  for (const { data } of outputs)
    bytes += Array.isArray(data) ? data.reduce((sum, text) => sum + 2 * (text?.length ?? 0), 0) : data.byteLength
  return bytes
}
