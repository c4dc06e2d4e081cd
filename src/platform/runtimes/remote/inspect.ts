import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { defineErrors, type Joined } from '../../../kernel/errors.ts'
import { remoteEnvironment } from '../../runtime/index.ts'
import type { RemoteInspection, RemoteReport, RemoteSource } from './report.ts'

/** Looks at a model on another server from a process of its own, which knows the protocols. */

export const remoteErrors = defineErrors({
  remote_model_away: ['unavailable', '{problem}'],
  remote_model_unusable: ['invalid', 'The remote model cannot be used: {problem}', '{fix}'],
})

declare module '../../../kernel/errors.ts' {
  interface DeclaredErrors extends Joined<typeof remoteErrors> {}
}

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const entry = fileURLToPath(new URL(`../../../worker${extension}`, import.meta.url))
/** Beside the requests, each of which has its own limit. */
const startMs = 10_000
/** Ready, signature, server, and three runs on made-up values. */
const requests = 6

/** Throws `remote_model_away`, or `remote_model_unusable` with the reason and the fix. */
export async function inspectRemote(source: RemoteSource): Promise<RemoteInspection> {
  const report = await new Promise<RemoteReport>((resolve) => {
    const args = ['--disable-warning=ExperimentalWarning', entry, '--describe', JSON.stringify(source)]
    const timeout = startMs + source.runtime.timeoutMs * requests
    execFile(process.execPath, args, { env: remoteEnvironment(), timeout, maxBuffer: 2 ** 24 }, (error, stdout) => {
      const none = {
        problem: `asking it ended with ${error?.message.split('\n')[0] ?? 'no report'}`,
        fix: 'Try again.',
      }
      resolve(parseReport(stdout) ?? none)
    })
  })
  if (!('problem' in report)) return report
  const { problem, fix } = report
  throw report.isAway === true
    ? remoteErrors.remote_model_away({ problem })
    : remoteErrors.remote_model_unusable({ problem, fix })
}

function parseReport(text: string): RemoteReport | undefined {
  try {
    return JSON.parse(text) as RemoteReport
  } catch {
    return undefined
  }
}
