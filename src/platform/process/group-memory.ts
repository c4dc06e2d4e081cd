import { readdirSync, readFileSync } from 'node:fs'

// Linux reports resident memory in pages; 4 KiB on every platform we run on (arm64 kernels with larger pages report more).
const pageBytes = 4096

/**
 * Resident bytes by process group, from /proc; empty where there is no /proc. Pages that processes of a group share are
 * counted for each of them.
 */
export function residentByGroup(): Map<number, number> {
  const bytes = new Map<number, number>()
  for (const name of processFolders()) {
    const stat = readStat(name)
    if (stat === undefined) continue
    bytes.set(stat.group, (bytes.get(stat.group) ?? 0) + stat.residentBytes)
  }
  return bytes
}

function processFolders(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** proc_pid_stat(5): the name in parentheses may hold anything; after it come state, ppid, pgrp … and rss as the 22nd. */
function readStat(pid: string): { group: number; residentBytes: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { group: Number(fields[2]), residentBytes: Number(fields[21]) * pageBytes }
  } catch {
    // It ended between the listing and the reading.
    return undefined
  }
}
