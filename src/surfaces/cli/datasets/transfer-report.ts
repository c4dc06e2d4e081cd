import type { Terminal } from '../terminal.ts'
import type { Downloaded } from './download.ts'
import type { Added, ReportProgress, TransferProgress } from './transfer.ts'

/** A line that is written over while the command works; off a terminal nothing is shown. */
export function showProgress(terminal: Terminal): { report: ReportProgress; end: () => void } {
  let shownAt = 0
  let width = 0
  const show = (text: string) => {
    terminal.note(`\r${text.padEnd(width)}`)
    width = text.length
  }
  return {
    report: (progress) => {
      const now = performance.now()
      if (!terminal.isInteractive || now - shownAt < 100) return
      shownAt = now
      show(progressLine(progress).slice(0, terminal.columns - 1))
    },
    end: () => {
      if (width > 0) terminal.note(`\r${' '.repeat(width)}\r`)
    },
  }
}

function progressLine({ step, doneBytes, totalBytes, doneFiles, totalFiles }: TransferProgress): string {
  const percent = totalBytes === 0 ? 100 : Math.floor((100 * doneBytes) / totalBytes)
  const files = step === 'reading' ? `, ${count(doneFiles)} of ${count(totalFiles)} files` : ''
  return `${step} ${percent} %, ${bytesText(doneBytes)} of ${bytesText(totalBytes)}${files}`
}

/** What adding did, in two lines. */
export function renderAdded({ version, isNew, uploadedCount, uploadedBytes }: Added): string {
  const name = `${version.dataset}@${version.version}`
  const size = `${count(version.fileCount)} ${version.fileCount === 1 ? 'file' : 'files'}, ${bytesText(version.sizeBytes)}`
  if (!isNew) return `Nothing new: ${name} already has these files (${size}).`
  const sent = uploadedCount === 0 ? 'nothing to upload' : `${bytesText(uploadedBytes)} uploaded`
  return `Added ${name}: ${size}, ${sent}.\n${version.id}  ${version.digest}`
}

/** What downloading did, in a line. */
export function renderDownloaded({ version, folder, fileCount, fetchedCount, fetchedBytes }: Downloaded): string {
  const name = `${version.dataset}@${version.version}`
  const files = `${count(fileCount)} ${fileCount === 1 ? 'file' : 'files'}`
  if (fetchedCount === 0) return `${name} is already in ${folder}: ${files}.`
  return `${name} is in ${folder}: ${files}, ${count(fetchedCount)} downloaded (${bytesText(fetchedBytes)}).`
}

const count = (value: number) => value.toLocaleString('en-US')

/** Decimal units, as disks and clouds count. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, bytes === 0 ? 0 : Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`
}
