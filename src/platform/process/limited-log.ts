import { closeSync, openSync, writeSync } from 'node:fs'

const defaultLimitBytes = 64 * 1024 ** 2

export interface LimitedLog {
  write(chunk: Buffer): void
  /** Ends the file and answers how many bytes did not fit. Never throws: the disk may be full. */
  close(): number
}

/**
 * Appends to a file up to a limit; what comes after is counted and dropped, and one line in the file says so. Writes are
 * synchronous: the spawner has nothing better to do, and a child that floods is slowed down by its full pipe.
 */
export function openLimitedLog(path: string, limitBytes = defaultLimitBytes): LimitedLog {
  const file = openSync(path, 'a')
  let left = limitBytes
  let droppedBytes = 0

  function note(text: string): void {
    writeSync(file, `\n[slipway] ${text}\n`)
  }

  function write(chunk: Buffer): void {
    const kept = chunk.subarray(0, left)
    let written = 0
    try {
      while (written < kept.length) written += writeSync(file, kept, written)
      if (chunk.length > kept.length && droppedBytes === 0) {
        note(`the log reached its limit of ${limitBytes} bytes; what follows is dropped`)
      }
    } catch {
      // The disk is full: the child goes on, its output is lost, and the count says how much.
      left = written
    }
    left -= written
    droppedBytes += chunk.length - written
  }

  return {
    write,
    close: () => {
      try {
        if (droppedBytes > 0) note(`${droppedBytes} bytes of output were dropped`)
      } catch {
        // No room for this line either: the answer says it.
      }
      closeSync(file)
      return droppedBytes
    },
  }
}
