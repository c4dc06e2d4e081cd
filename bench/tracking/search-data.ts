/** The data that searches are measured on, the same for both servers: every value follows from run, key and step. */

export interface Shape {
  readonly runs: number
  /** Metric keys of each run, and points of each key. */
  readonly keys: number
  readonly points: number
}

export const startedAt = 1_700_000_000_000

/** From 0 up to 1000, spread evenly and without a pattern. */
export function metricValue(run: number, key: number, step: number): number {
  let mixed = Math.imul(run + 1, 0x9e3779b1) ^ Math.imul(key + 1, 0x85ebca6b) ^ Math.imul(step + 1, 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967.296
}

export const paramKeys = 10
export const paramValue = (run: number, key: number) => String((run * 7 + key * 3 + (run >> 3)) % 10)

export function pointsOf(run: number, shape: Shape) {
  return Array.from({ length: shape.keys * shape.points }, (_, index) => {
    const [key, step] = [index % shape.keys, Math.floor(index / shape.keys)]
    return { key: `m${key}`, value: metricValue(run, key, step), timestamp: startedAt + step, step }
  })
}

export function paramsOf(run: number) {
  return Array.from({ length: paramKeys }, (_, key) => ({ key: `p${key}`, value: paramValue(run, key) }))
}
