/** The way from a child process back to the process that forked it with an IPC channel. */
interface ParentChannel<Received, Sent> {
  send(message: Sent): void
  onMessage(handle: (message: Received) => void): void
  /** The parent closed the channel or died, however it died. */
  onClosed(handle: () => void): void
  /** Ends this process. */
  exit(): never
}

export function parentChannel<Received, Sent>(): ParentChannel<Received, Sent> {
  return {
    // A message to a parent that has just died has nobody to miss it.
    send: (message) => process.send?.(message, undefined, {}, () => {}),
    onMessage: (handle) => process.on('message', handle),
    onClosed: (handle) => process.on('disconnect', handle),
    exit: () => process.exit(0),
  }
}

/** Signals that a terminal or a service manager sends to the whole group: the parent decides what they mean. */
export function ignoreStopSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
}
