import { bytesText, type Terminal } from '../../surfaces/cli/index.ts'
import type { NumberedVersion } from './send-models.ts'
import type { Refusal, SyncCounts } from './sync-context.ts'
import type { SyncedSpool, WaitingSpool } from './sync-spools.ts'

/** A line that is written over while a spool is sent; off a terminal nothing is shown. */
export function showSending(terminal: Terminal): { report: (sent: SyncCounts) => void; end: () => void } {
  let shownAt = 0
  return {
    report: (sent) => {
      if (!terminal.isInteractive || performance.now() - shownAt < 100) return
      shownAt = performance.now()
      terminal.note(`\r\u001b[Ksending: ${countsText(sent)}`.slice(0, terminal.columns + 3))
    },
    end: () => {
      if (shownAt > 0) terminal.note('\r\u001b[K')
    },
  }
}

export function renderSynced({ folder, sent, versions, refusals, isRemoved }: SyncedSpool): string {
  const done = Object.values(sent).every((count) => count === 0) ? 'nothing new' : countsText(sent)
  const lines = [`${folder}: ${done}${isRemoved ? '; removed' : ''}`, ...versions.map(versionText)]
  return [...lines, ...refusals.map(refusalText)].join('\n')
}

export function renderWaiting({ folder, runs, versions, traces }: WaitingSpool): string {
  const rest = [
    ...(versions === 0 ? [] : [`  ${amount(versions, 'model version')}`]),
    ...(traces === 0 ? [] : [`  ${amount(traces, 'trace')}`]),
  ]
  if (runs.length + rest.length === 0) return `${folder}: nothing waits`
  const rows = runs.map(
    ({ id, name, experiment, status, points, files, bytes }) =>
      `  ${id}  ${name} in ${experiment}, ${status}: ${amount(points, 'point')}, ${amount(files, 'file')} (${bytesText(bytes)})`,
  )
  return [`${folder}: ${amount(runs.length, 'run')} ${runs.length === 1 ? 'waits' : 'wait'}`, ...rows, ...rest].join(
    '\n',
  )
}

export function countsText({ runs, points, files, bytes, versions, traces }: SyncCounts): string {
  return [
    amount(runs, 'run'),
    amount(points, 'point'),
    `${amount(files, 'file')} (${bytesText(bytes)})`,
    ...(versions === 0 ? [] : [amount(versions, 'model version')]),
    ...(traces === 0 ? [] : [amount(traces, 'trace')]),
  ].join(', ')
}

export const versionText = ({ model, local, version }: NumberedVersion) =>
  `  ${model}: version ${local} of the spool is version ${version} on the server`

export const refusalText = ({ what, detail, hint }: Refusal) =>
  `  not sent: ${what}: ${detail}${hint === undefined ? '' : `\n    ${hint}`}`

const amount = (count: number, noun: string) => `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
