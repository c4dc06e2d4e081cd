import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What Git knows about a folder. */
export interface GitState {
  readonly commit: string
  /** Whether files of this folder differ from the commit. */
  readonly dirty: boolean
  /** Address of the remote `origin`, without user and password. */
  readonly repository: string | undefined
  /** Files of this folder that are tracked or neither tracked nor ignored, relative to it. */
  readonly files: readonly string[]
}

/** Undefined when the folder is in no Git working tree, has no commit yet, or Git is not installed. */
export async function readGitState(folder: string): Promise<GitState | undefined> {
  const git = async (...args: string[]) => (await run('git', args, { cwd: folder, maxBuffer: 64 * 1024 ** 2 })).stdout
  try {
    const [commit, status, files, remote] = await Promise.all([
      git('rev-parse', 'HEAD'),
      git('status', '--porcelain', '--', '.'),
      git('ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', '.'),
      git('config', '--get', 'remote.origin.url').catch(() => ''),
    ])
    return {
      commit: commit.trim(),
      dirty: status !== '',
      repository: withoutCredentials(remote.trim()),
      files: [...new Set(files.split('\0'))].filter((path) => path !== ''),
    }
  } catch {
    return undefined
  }
}

/** Beyond this a diff explains nothing to anybody, and the files themselves are the record. */
const largestDiffBytes = 4 * 1024 ** 2

/**
 * `git diff` of the tracked files of a folder against the commit; bytes that are no text are named only. Undefined when
 * nothing is changed, or too much.
 */
export async function readGitChanges(folder: string): Promise<string | undefined> {
  const args = ['-c', 'core.quotePath=false', 'diff', '--no-color', '--no-ext-diff', '--relative', 'HEAD', '--', '.']
  try {
    const { stdout } = await run('git', args, { cwd: folder, maxBuffer: largestDiffBytes })
    return stdout === '' ? undefined : stdout
  } catch {
    return undefined
  }
}

function withoutCredentials(address: string): string | undefined {
  return address === '' ? undefined : address.replace(/^(\w+:\/\/)[^/@]*@/, '$1')
}
