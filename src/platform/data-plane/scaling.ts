/** How many workers there are, between two bounds. */
export interface ScaleBounds {
  readonly min: number
  readonly max: number
}

/** What the workers did since the sample before. */
export interface LoadSample {
  readonly workers: number
  /** Share of the time in which the thread of a worker was busy, 0 to 1; the mean of all. */
  readonly busy: number
  /** Requests waiting or running now, in all workers. */
  readonly pending: number
}

/** Busier than this they are too few: requests wait for a thread. */
const busyAbove = 0.75
/** More than this for each worker is a queue, also where the work is done in other processes. */
const pendingAbove = 32
/** One less is enough when the others would still be less busy than this: far below the other bound, so as not to swing. */
const busyBelow = 0.5
const pendingBelow = 8
/** Samples in a row that must say the same: a burst is over sooner than a worker starts, and an idle one costs little. */
const samplesUp = 3
const samplesDown = 60

/** Takes samples at even intervals and answers how many workers there shall be: the same number, one more or one less. */
export function createScaling({ min, max }: ScaleBounds): (sample: LoadSample) => number {
  let crowded = 0
  let roomy = 0
  return (sample) => {
    const { workers } = sample
    crowded = workers < max && isCrowded(sample) ? crowded + 1 : 0
    roomy = workers > min && isRoomy(sample) ? roomy + 1 : 0
    if (crowded < samplesUp && roomy < samplesDown) return workers
    const wanted = crowded >= samplesUp ? workers + 1 : workers - 1
    crowded = 0
    roomy = 0
    return wanted
  }
}

function isCrowded({ workers, busy, pending }: LoadSample): boolean {
  return busy > busyAbove || pending > pendingAbove * workers
}

function isRoomy({ workers, busy, pending }: LoadSample): boolean {
  const left = workers - 1
  return left > 0 && (busy * workers) / left < busyBelow && pending < pendingBelow * left
}
