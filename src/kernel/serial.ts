/** Runs one piece of work after the other, in the order they were asked for; a failure does not stop the next. */
export function createSerial(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }
}

export type KeyedSerial = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** The same for each key by itself: what has another key is not waited for. */
export function createKeyedSerial(): KeyedSerial {
  const lines = new Map<string, { readonly run: ReturnType<typeof createSerial>; waiting: number }>()
  return async (key, work) => {
    const line = lines.get(key) ?? { run: createSerial(), waiting: 0 }
    lines.set(key, line)
    line.waiting += 1
    try {
      return await line.run(work)
    } finally {
      line.waiting -= 1
      if (line.waiting === 0) lines.delete(key)
    }
  }
}
