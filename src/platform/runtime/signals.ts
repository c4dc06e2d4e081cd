/** Sends a signal to every process of the group that `leaderPid` leads; false when there is none left to receive it. */
export function signalGroup(leaderPid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-leaderPid, signal)
    return true
  } catch {
    return false
  }
}
