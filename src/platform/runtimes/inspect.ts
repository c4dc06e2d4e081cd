import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { defineErrors } from '../../kernel/errors.ts'
import type { TensorSpec } from '../inference/index.ts'
import { ownEnvironment } from '../runtime/index.ts'

/** Looks into a model file in a process of its own: a bad file may crash or hang whoever opens it. */

export const inspectionErrors = defineErrors({
  model_file_unusable: ['invalid', 'The model file cannot be loaded: {problem}', '{fix}'],
})

export interface Inspection {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
}

/** What the child prints: the signature, or why there is none. */
export type InspectionReport = Inspection | { readonly problem: string; readonly fix: string }

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
const entry = fileURLToPath(new URL(`../../worker${extension}`, import.meta.url))
const limitMs = 60_000

/** Throws `model_file_unusable` with the reason and the fix. */
export async function inspectModel(path: string): Promise<Inspection> {
  const report = await new Promise<InspectionReport>((resolve) => {
    const args = ['--disable-warning=ExperimentalWarning', entry, '--inspect', path]
    execFile(
      process.execPath,
      args,
      { env: ownEnvironment(), timeout: limitMs, maxBuffer: 2 ** 24 },
      (error, stdout) => {
        resolve(parseReport(stdout) ?? { problem: describe(error), fix: 'Export the model again.' })
      },
    )
  })
  if ('problem' in report) throw inspectionErrors.model_file_unusable(report)
  return report
}

function parseReport(text: string): InspectionReport | undefined {
  try {
    return JSON.parse(text) as InspectionReport
  } catch {
    return undefined
  }
}

function describe(error: (Error & { killed?: boolean; signal?: unknown }) | null): string {
  if (error?.killed) return `loading it took longer than ${limitMs / 1000} s.`
  return `loading it ended the process (${error?.signal ?? error?.message.split('\n')[0] ?? 'no report'}).`
}
