export interface Sample {
  readonly x: number
  readonly y: number
  readonly z: number
}

/** A square of cells over the samples, with a value for the middle of each. */
export interface Field {
  readonly size: number
  readonly x: Bounds
  readonly y: Bounds
  /** Row by row from the smallest y. */
  readonly values: readonly number[]
}

export interface Bounds {
  readonly low: number
  readonly high: number
}

/**
 * Shepard's inverse distance weighting with the power 2, on axes scaled to the same length: each cell is the mean of all
 * samples, the near ones counting most. It invents no value beyond those measured, and is only a guess between them.
 */
export function interpolate(samples: readonly Sample[], size: number): Field {
  const x = boundsOf(samples.map((sample) => sample.x))
  const y = boundsOf(samples.map((sample) => sample.y))
  const scaled = samples.map((sample) => ({
    x: (sample.x - x.low) / (x.high - x.low),
    y: (sample.y - y.low) / (y.high - y.low),
    z: sample.z,
  }))
  const values = Array.from({ length: size * size }, (_, index) =>
    valueAt(scaled, ((index % size) + 0.5) / size, (Math.floor(index / size) + 0.5) / size),
  )
  return { size, x, y, values }
}

function valueAt(samples: readonly Sample[], x: number, y: number): number {
  let sum = 0
  let weights = 0
  for (const sample of samples) {
    const distance = (sample.x - x) ** 2 + (sample.y - y) ** 2
    if (distance < 1e-12) return sample.z
    sum += sample.z / distance
    weights += 1 / distance
  }
  return sum / weights
}

/** With room around the outermost samples. */
function boundsOf(values: readonly number[]): Bounds {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const room = high === low ? Math.abs(high) * 0.5 || 0.5 : (high - low) * 0.08
  return { low: low - room, high: high + room }
}
